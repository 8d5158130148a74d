/**
 * What one message may cost, whatever it claims. These bounds and the frame's own size are all that stand between a
 * hostile peer and the heap, so they are together here.
 *
 * A decoded message is larger than its bytes. Measured on Node 20 over every array of every request and response with
 * elements of the fewest bytes: a byte of the frame becomes at most 32 bytes of heap (a struct of an empty string and an
 * empty list takes 3 bytes of one and 96 of the other), and an element at most 300 bytes of heap (470 in responses).
 * Elements take at least one byte each; what their version lacks is null, zero or an empty list. Strings add two bytes
 * of heap a byte, byte strings only a view. So a request costs at most MAX_REQUEST_ELEMENTS times 300 bytes, 150 MB,
 * besides its strings, and a small frame 32 times its size. Tests hold both.
 */

/** A string's length is an int16 in the old encoding; Kafka keeps the bound in the new one, both ways. */
export const MAX_STRING_BYTES = 0x7fff;
/** Tagged fields that one struct may carry, known and unknown. Kafka's own largest struct has a handful. */
export const MAX_TAGGED_FIELDS = 128;
/** Array elements of one request: 100,000 partitions with replicas fit. */
export const MAX_REQUEST_ELEMENTS = 500_000;
/** Array elements of one response, which comes from a broker we chose: metadata of a million partitions fits. */
export const MAX_RESPONSE_ELEMENTS = 10_000_000;
