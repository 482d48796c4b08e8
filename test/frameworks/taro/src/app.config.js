export default {
  pages: ['pages/index/index', 'pages/detail/detail'],
  window: { navigationBarTitleText: '山间茶铺' },
};
