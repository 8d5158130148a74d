/**
 * What the fetch-serving benchmark compares with, as a process of its own: for every request that comes, read the
 * next piece of a file into one buffer and write it to the socket. No protocol, nothing allocated; no checks, or CRC-32C
 * over what is read and nothing else.
 *
 * Arguments: file, bytes of a piece, bytes of a request, bytes of a batch to compute the checksum over (0: none). Tells
 * its port to the parent.
 */
import { openSync, readSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { crc32c } from '../protocol/wire/crc32c.ts';

const [file = '', pieceText, requestText, checkedText] = process.argv.slice(2);
const pieceBytes = Number(pieceText);
const requestBytes = Number(requestText);
const checkedBytes = Number(checkedText);
const descriptor = openSync(file, 'r');
const pieces = Math.floor(statSync(file).size / pieceBytes);
// The client asks for the next piece when it has this one: the buffer is free again then.
const piece = Buffer.allocUnsafeSlow(pieceBytes);

const server = createServer({ noDelay: true }, (socket) => {
  let next = 0;
  let pending = 0;
  socket.on('data', (chunk) => {
    pending += chunk.length;
    if (pending < requestBytes) return;
    pending -= requestBytes;
    readSync(descriptor, piece, 0, pieceBytes, (next++ % pieces) * pieceBytes);
    if (checkedBytes > 0) {
      for (let from = 0; from < pieceBytes; from += checkedBytes)
        crc32c(piece.subarray(from, Math.min(pieceBytes, from + checkedBytes)));
    }
    socket.write(piece);
  });
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
