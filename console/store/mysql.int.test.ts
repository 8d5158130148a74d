import { storeSuite } from './testing/store-suite.ts';

storeSuite('mysql');
