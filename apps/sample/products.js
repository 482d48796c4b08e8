/** What the shop sells. Prices in fen. */
const products = [
  { id: 'longjing', name: '西湖龙井', origin: '杭州 · 明前', priceFen: 16800, image: '/images/longjing.png' },
  { id: 'dahongpao', name: '武夷大红袍', origin: '武夷山 · 岩茶', priceFen: 23800, image: '/images/dahongpao.png' },
  { id: 'puer', name: '古树普洱', origin: '勐海 · 五年陈', priceFen: 19900, image: '/images/puer.png' },
  { id: 'moli', name: '茉莉花茶', origin: '福州 · 七窨', priceFen: 9900, image: '/images/moli.png' },
];

const shown = products.map((product) => Object.assign({ price: (product.priceFen / 100).toFixed(2) }, product));

module.exports = {
  all: shown,
  find: (id) => shown.find((product) => product.id === id) || shown[0],
};
