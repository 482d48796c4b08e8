import { MINUTE_MS, SECOND_MS } from './calendar.js';
import {
  addressEnding,
  type Caller,
  type Ending,
  locationEnding,
  loginEnding,
  paymentEnding,
  previewEnding,
  scanEnding,
  subscribeEnding,
} from './endings.js';
import { type Ask, PAGES, type PageName } from './pages.js';
import type { Phone } from './phone.js';

/** What a visitor does, told as it goes: yields how long they do nothing. Unit: ms. Ends when the phone is put away. */
export type Visit = Generator<number, void>;

/** By which door people come, by WeChat's scene id. */
const DOORS: { weight: number; scene: number; page: PageName }[] = [
  { weight: 34, scene: 1089, page: 'home' }, // pulled down among recent Mini Programs
  { weight: 16, scene: 1001, page: 'home' }, // the list of Mini Programs
  { weight: 13, scene: 1104, page: 'home' }, // "my Mini Programs"
  { weight: 12, scene: 1007, page: 'product' }, // a card somebody shared
  { weight: 8, scene: 1008, page: 'product' }, // a card in a group
  { weight: 7, scene: 1053, page: 'home' }, // WeChat's search
  { weight: 6, scene: 1035, page: 'home' }, // the menu of the shop's official account
  { weight: 4, scene: 1107, page: 'order' }, // a message about a parcel
];

/** Share of visits that end with the page they began with. */
const SEES_ENOUGH = 0.16;
/** Share of visits that end before the first page has come up. */
const TURNS_BACK = 0.011;
/** Share of products that nobody has reviewed. */
const WITHOUT_REVIEWS = 0.012;

const PURPOSES: { weight: number; pursue(phone: Phone): Visit }[] = [
  { weight: 34, pursue: lookAround },
  { weight: 24, pursue: buyFromList },
  { weight: 11, pursue: search },
  { weight: 6, pursue: scan },
  { weight: 6, pursue: followOrder },
  { weight: 3, pursue: findStore },
];

/** One visit of the shop, from picking up the phone to putting it away. */
export function* visitShop(phone: Phone): Visit {
  const { chance, device } = phone;
  const isColdStart = !device.isRunning;
  const { scene, page } = chance.pick(DOORS);
  phone.pickUp({ scene, path: PAGES[page].path });
  if (chance.happens(TURNS_BACK)) {
    yield 60;
    return phone.putAway();
  }
  if (isColdStart) {
    phone.call('login', loginEnding);
    phone.signIn();
  }
  yield* read(phone, page);
  if (!chance.happens(SEES_ENOUGH)) yield* chance.pick(PURPOSES).pursue(phone);
  phone.putAway();
}

function* lookAround(phone: Phone): Visit {
  yield* see(phone, 'list');
  const products = 1 + phone.chance.times(0.9);
  for (let i = 0; i < products; i++) {
    yield* see(phone, 'product');
    if (phone.chance.happens(0.35)) yield* lookAtPictures(phone);
    if (phone.chance.happens(0.06)) yield* share(phone);
    yield* back(phone, 'list');
  }
}

function* buyFromList(phone: Phone): Visit {
  yield* see(phone, 'list');
  yield* see(phone, 'product');
  if (phone.chance.happens(0.4)) yield* lookAtPictures(phone);
  yield* buy(phone);
}

function* search(phone: Phone): Visit {
  const { chance } = phone;
  yield* see(phone, 'search');
  for (let letters = 1 + chance.times(1.5); letters > 0; letters--) {
    const suggestions = phone.ask('GET', '/v1/search/suggestions', 130);
    yield chance.around(350, 0.3);
    if (letters > 1 && chance.happens(0.3)) suggestions.abort();
  }
  yield* see(phone, 'found');
  if (chance.happens(0.2)) return;
  yield* see(phone, 'product');
  if (chance.happens(0.35)) yield* buy(phone);
}

function* scan(phone: Phone): Visit {
  const ending = yield* onNativeScreen(phone, 'scanCode', scanEnding);
  if (!('success' in ending)) return;
  yield* see(phone, 'product');
  if (phone.chance.happens(0.3)) yield* buy(phone);
}

function* followOrder(phone: Phone): Visit {
  yield* see(phone, 'me', 'switchTab');
  yield* see(phone, 'orders');
  yield* see(phone, 'order');
  if (phone.chance.happens(0.3)) yield* back(phone, 'orders');
}

function* findStore(phone: Phone): Visit {
  yield phone.call('getLocation', locationEnding).afterMs;
  yield* see(phone, 'stores');
}

/** From the product into the cart, and on to the payment; not everybody gets there. */
function* buy(phone: Phone): Visit {
  const { chance } = phone;
  phone.ask('POST', '/v1/cart/items', 130);
  yield chance.around(1_200);
  yield* see(phone, 'cart', 'switchTab');
  if (chance.happens(0.18)) return;
  yield* see(phone, 'pay');
  if (chance.happens(0.15)) yield* onNativeScreen(phone, 'chooseAddress', addressEnding);
  yield* pay(phone);
}

/** When it fails most try again, some twice; who cancels mostly meant it. */
function* pay(phone: Phone): Visit {
  const { chance, device } = phone;
  for (;;) {
    phone.ask('POST', `/v1/orders/${number(phone)}/payment`, 260);
    yield chance.around(500);
    const ending = yield* onNativeScreen(phone, 'requestPayment', paymentEnding);
    if ('never' in ending) return;
    if ('success' in ending) break;
    const isCancel = ending.fail.errMsg.endsWith('cancel');
    if (!isCancel) phone.stumble('paymentHint');
    yield chance.around(4 * SECOND_MS);
    if (!chance.happens(isCancel ? 0.15 : 0.6)) return;
  }
  if (chance.happens(0.5)) yield phone.call('requestSubscribeMessage', subscribeEnding).afterMs + SECOND_MS;
  device.redirectTo(PAGES.order.path);
  yield* read(phone, 'order');
}

/** The picture comes up at once; then it covers the shop while it is looked at. */
function* lookAtPictures(phone: Phone): Visit {
  const { device, chance } = phone;
  const ending = phone.call('previewImage', previewEnding);
  yield ending.afterMs + 100;
  if ('fail' in ending) return;
  device.hide();
  yield chance.around(6 * SECOND_MS);
  device.show();
  yield chance.around(2 * SECOND_MS);
}

/** The list of friends covers the shop until somebody is chosen. */
function* share({ device, chance }: Phone): Visit {
  device.tellPage('onShareAppMessage', { from: chance.happens(0.6) ? 'button' : 'menu' });
  yield 200;
  device.hide();
  yield chance.around(7 * SECOND_MS);
  device.show();
  yield chance.around(2 * SECOND_MS);
}

/** A screen of WeChat's covers the shop until the call has ended, and the answer comes as the shop is back. */
function* onNativeScreen(phone: Phone, name: string, decide: (caller: Caller) => Ending): Generator<number, Ending> {
  const { device } = phone;
  const ending = phone.call(name, decide);
  const isCovered = ending.afterMs > SECOND_MS;
  if (isCovered) {
    yield 300;
    device.hide();
    yield ending.afterMs - 500;
    // Who never comes back leaves with the screen still up.
    if ('never' in ending) return ending;
    device.show();
    yield 200;
  } else {
    yield ending.afterMs;
  }
  yield 100;
  return ending;
}

function* see(phone: Phone, page: PageName, move: 'navigateTo' | 'switchTab' = 'navigateTo'): Visit {
  phone.device[move](PAGES[page].path);
  yield* read(phone, page);
}

function* back(phone: Phone, page: PageName): Visit {
  phone.device.navigateBack();
  yield phone.chance.around(PAGES[page].readMs / 2, 0.8);
}

/** The page asks for what it shows; then it is read, now and then with something else in between. */
function* read(phone: Phone, page: PageName): Visit {
  const { chance, device } = phone;
  for (const [method, path, medianMs, isCatalogue] of PAGES[page].asks as Ask[])
    phone.ask(method, path.replace('#', number(phone)), medianMs, { isCatalogue });
  if (page === 'product' && chance.happens(WITHOUT_REVIEWS)) {
    yield chance.around(400);
    phone.stumble('noReviews');
  }
  yield chance.around(PAGES[page].readMs, 0.8);
  if (chance.happens(0.05)) {
    device.hide();
    yield chance.around(2 * MINUTE_MS, 1.2);
    device.show();
    yield chance.around(5 * SECOND_MS);
  }
}

const number = ({ chance }: Phone): string => String(Math.floor(chance.between(10_000, 99_999)));
