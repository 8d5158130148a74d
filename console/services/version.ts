/** The product's version, from package.json, which bundlers put in place. */
import manifest from '../../package.json' with { type: 'json' };

export const version: string = manifest.version;
