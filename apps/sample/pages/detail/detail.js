const products = require('../../products.js');

Page({
  data: { product: products.all[0] },

  onLoad({ id }) {
    this.setData({ product: products.find(id) });
  },

  preview() {
    wx.previewImage({
      urls: [this.data.product.image],
      fail: () => wx.showToast({ title: '图片打不开' }),
    });
  },

  buy() {
    wx.navigateTo({ url: `/pages/pay/pay?id=${this.data.product.id}` });
  },
});
