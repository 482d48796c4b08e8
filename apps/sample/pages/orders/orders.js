const { shop } = require('../../config.js');

Page({
  data: { state: 'loading', tries: 0 },

  onLoad() {
    this.load();
  },

  load() {
    this.setData({ state: 'loading', tries: this.data.tries + 1 });
    wx.request({
      url: `${shop}/orders/8731`,
      success: ({ statusCode }) => this.setData({ state: statusCode === 200 ? 'loaded' : 'failed' }),
      fail: () => this.setData({ state: 'failed' }),
    });
  },
});
