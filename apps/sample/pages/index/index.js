const { shop } = require('../../config.js');
const products = require('../../products.js');

Page({
  data: { products: products.all, status: '查看门店状态', scanned: '' },

  openProduct(event) {
    wx.navigateTo({ url: `/pages/detail/detail?id=${event.currentTarget.dataset.id}` });
  },

  openOrders() {
    wx.navigateTo({ url: '/pages/orders/orders' });
  },

  scan() {
    wx.scanCode({
      success: ({ result }) => this.setData({ scanned: `扫到：${result}` }),
      fail: ({ errMsg }) => this.setData({ scanned: `没有扫到（${errMsg}）` }),
    });
  },

  checkShop() {
    wx.request({
      url: `${shop}/healthz`,
      success: ({ statusCode }) => this.setData({ status: statusCode === 200 ? '营业中' : `异常 ${statusCode}` }),
      fail: () => this.setData({ status: '连不上门店' }),
    });
  },
});
