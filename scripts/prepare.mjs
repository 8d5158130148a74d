/** `npm run prepare:all`: only the preparation that `npm start` and `npm test` begin with. */
import { prepareOrExit } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
