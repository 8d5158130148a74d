/** A grid whose cells are parted by hairlines, with no line at its outer right and bottom, and no grey hole for a missing cell. */
export const hairlineGrid =
  'grid min-w-0 overflow-hidden [&>*]:-mr-px [&>*]:-mb-px [&>*]:min-w-0 [&>*]:border-r [&>*]:border-b [&>*]:border-line';
