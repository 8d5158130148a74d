/**
 * What the fetch-serving benchmark compares with, as a process of its own: for every request that comes, read the
 * next piece of a file into one buffer and write it to the socket. No protocol, no checks, nothing allocated.
 *
 * Arguments: file, bytes of a piece, bytes of a request. Tells its port to the parent.
 */
import { openSync, readSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

const [file = '', pieceText, requestText] = process.argv.slice(2);
const pieceBytes = Number(pieceText);
const requestBytes = Number(requestText);
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
    socket.write(piece);
  });
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
