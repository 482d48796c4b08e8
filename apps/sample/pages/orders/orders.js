const { shop } = require('../../config.js');

Page({
  data: { state: 'loading' },

  onLoad() {
    this.load();
  },

  load() {
    this.setData({ state: 'loading' });
    wx.request({
      url: `${shop}/orders/8731`,
      success: ({ statusCode }) => this.setData({ state: statusCode === 200 ? 'loaded' : 'failed' }),
      fail: () => this.setData({ state: 'failed' }),
    });
  },
});
