/** The measures of a chart over time, in CSS pixels. */
export const HEIGHT = 216;
export const TOP = 8;
export const AXIS_HEIGHT = 24;
export const AXIS_WIDTH = 54;
