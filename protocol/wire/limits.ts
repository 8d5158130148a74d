/**
 * What one message may cost, whatever it claims. These bounds and the frame's own size are all that stand between a
 * hostile peer and the heap, so they are together here.
 *
 * A decoded message is larger than its bytes. Measured on Node 20 over every array of every request and response: an
 * element that takes the fewest bytes it can (3 for a struct of an empty list) costs at most 24 bytes of heap for each
 * byte of the frame, and at most 211 bytes of heap (470 in responses), since every element takes at least one byte and
 * what its version lacks is null, zero or an empty list. Strings add two bytes of heap a byte, byte strings none: they
 * are views. So a request costs at most MAX_REQUEST_ELEMENTS times 211 bytes, 106 MB, besides its strings; a small
 * frame costs 24 times its size at most. A test holds both.
 */

/** A string's length is an int16 in the old encoding; Kafka keeps the bound in the new one, both ways. */
export const MAX_STRING_BYTES = 0x7fff;
/** Tagged fields that one struct may carry, known and unknown. Kafka's own largest struct has a handful. */
export const MAX_TAGGED_FIELDS = 128;
/** Array elements of one request: 100,000 partitions with replicas fit. */
export const MAX_REQUEST_ELEMENTS = 500_000;
/** Array elements of one response, which comes from a broker we chose: metadata of a million partitions fits. */
export const MAX_RESPONSE_ELEMENTS = 10_000_000;
