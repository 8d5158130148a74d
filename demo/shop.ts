/**
 * The shop the demo tells of: what its customers look at, order and pay. Makes plain objects from chance and a time
 * that are handed in, so that a test can make the same ones again.
 */

/** A number in [0, 1). */
export type Chance = () => number;

export interface Keyed<Value> {
  readonly key: string;
  readonly value: Value;
}

export interface PageView {
  readonly sessionId: string;
  readonly path: string;
  readonly referrer: string | null;
  readonly device: string;
  readonly country: string;
  readonly viewedAt: string;
}

export interface OrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly priceCents: number;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly country: string;
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
  readonly currency: 'EUR';
  readonly placedAt: string;
}

export interface Payment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amountCents: number;
  readonly method: string;
  readonly status: 'authorised' | 'declined';
  readonly decidedAt: string;
}

const products: readonly (readonly [sku: string, title: string, priceCents: number])[] = [
  ['TEA-001', 'Darjeeling first flush, 100 g', 1290],
  ['TEA-002', 'Sencha, 250 g', 1850],
  ['POT-010', 'Stoneware teapot, 0.8 l', 4900],
  ['CUP-011', 'Stoneware cup', 1400],
  ['KTL-020', 'Gooseneck kettle', 8900],
  ['BKE-030', 'Book: a year of cakes', 2400],
  ['SCL-040', 'Kitchen scale, 0.1 g', 3290],
  ['FLT-050', 'Paper filters, 100 pieces', 590],
];
const countries = ['DE', 'DE', 'DE', 'FR', 'NL', 'AT', 'PL', 'ES'];
const devices = ['phone', 'phone', 'phone', 'laptop', 'tablet'];
const referrers = [null, null, 'search', 'newsletter', 'a friend'];
const methods = ['card', 'card', 'invoice', 'wallet'];
const customers = 5_000;
const sessions = 400;

function pick<Item>(items: readonly Item[], chance: Chance): Item {
  const item = items[Math.floor(chance() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const id = (prefix: string, chance: Chance): string =>
  `${prefix}-${Math.floor(chance() * 0xffff_ffff)
    .toString(36)
    .padStart(7, '0')}`;

const customerId = (chance: Chance): string =>
  `c-${String(Math.floor(chance() ** 2 * customers)).padStart(4, '0')}`;

export function pageView(chance: Chance, now: Date): Keyed<PageView> {
  const sessionId = `s-${String(Math.floor(chance() * sessions)).padStart(3, '0')}`;
  const [sku] = pick(products, chance);
  const paths = ['/', '/search', `/products/${sku}`, `/products/${sku}`, '/basket'];
  const value = {
    sessionId,
    path: pick(paths, chance),
    referrer: pick(referrers, chance),
    device: pick(devices, chance),
    country: pick(countries, chance),
    viewedAt: now.toISOString(),
  };
  return { key: sessionId, value };
}

export function order(chance: Chance, now: Date): Keyed<Order> {
  const lines = Array.from({ length: 1 + Math.floor(chance() ** 2 * 4) }, () => {
    const [sku, title, priceCents] = pick(products, chance);
    return { sku, title, quantity: 1 + Math.floor(chance() ** 3 * 4), priceCents };
  });
  const customer = customerId(chance);
  const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.priceCents, 0);
  const value: Order = {
    orderId: id('o', chance),
    customerId: customer,
    country: pick(countries, chance),
    lines,
    totalCents,
    currency: 'EUR',
    placedAt: now.toISOString(),
  };
  return { key: customer, value };
}

/** The shop's answer to an order: one in twenty-five payments is declined. */
export function paymentFor(placed: Order, chance: Chance, now: Date): Keyed<Payment> {
  const value: Payment = {
    paymentId: id('p', chance),
    orderId: placed.orderId,
    customerId: placed.customerId,
    amountCents: placed.totalCents,
    method: pick(methods, chance),
    status: chance() < 0.04 ? 'declined' : 'authorised',
    decidedAt: now.toISOString(),
  };
  return { key: placed.customerId, value };
}

/** How busy the shop is: a slow wave between 0.5 and 1.5 around 1, with a small one on top. */
export function busyness(nowMs: number): number {
  const minute = nowMs / 60_000;
  return 1 + 0.35 * Math.sin((2 * Math.PI * minute) / 11) + 0.15 * Math.sin((2 * Math.PI * minute) / 2.5);
}

/** A whole number whose mean over many calls is `mean`. */
export function countAround(mean: number, chance: Chance): number {
  return Math.floor(mean + chance());
}
