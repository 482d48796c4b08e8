const products = require('../../products.js');

Page({
  data: { product: products.all[0], state: 'open' },

  onLoad({ id }) {
    this.setData({ product: products.find(id) });
  },

  pay() {
    wx.requestPayment({
      // A real shop's server makes these with its merchant key; WeChat refuses the ones below.
      timeStamp: String(Math.floor(Date.now() / 1000)),
      nonceStr: 'sample',
      package: 'prepay_id=sample',
      signType: 'MD5',
      paySign: 'sample',
      success: () => this.setData({ state: 'paid' }),
      fail: () => this.setData({ state: 'unpaid' }),
    });
  },

  back() {
    wx.navigateBack();
  },
});
