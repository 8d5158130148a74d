/**
 * Which neighbouring segments are written into one (Kafka's Cleaner.groupSegmentsBySize), so that a log whose segments
 * have shrunk does not end up as a thousand small files: as many as fit by size before the cleaning, by index size, and
 * by the 31 bits that an index has for an offset.
 */
export interface SegmentSize {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  /** The larger of its two indexes. */
  readonly indexBytes: number;
}

export interface GroupLimits {
  readonly segmentBytes: number;
  readonly indexBytes: number;
  /** First offset after the last segment. */
  readonly endOffset: number;
}

const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

export function groupSegments<Segment extends SegmentSize>(
  segments: readonly Segment[],
  limits: GroupLimits,
): Segment[][] {
  const groups: Segment[][] = [];
  let sizeBytes = 0;
  let indexBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const group = groups.at(-1);
    const lastOffset = (segments[index + 1]?.baseOffset ?? limits.endOffset) - 1;
    const fits =
      group?.[0] !== undefined &&
      sizeBytes + segment.sizeBytes <= limits.segmentBytes &&
      indexBytes + segment.indexBytes <= limits.indexBytes &&
      lastOffset - group[0].baseOffset <= MAX_RELATIVE_OFFSET;
    if (fits) {
      group.push(segment);
    } else {
      groups.push([segment]);
      sizeBytes = 0;
      indexBytes = 0;
    }
    sizeBytes += segment.sizeBytes;
    indexBytes += segment.indexBytes;
  }
  return groups;
}
