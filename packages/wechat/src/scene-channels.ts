/**
 * Where sessions come from, as the visit distribution counts them: a key, its name in the platform's lists, what it means, and the scene ids with which a
 * Mini Program is opened that way. Scenes in no row are counted as other.
 */
export const SCENE_CHANNELS = [
  { key: 1, zh: '小程序历史列表', meaning: 'Mini Program history', scenes: [1001, 1002, 1004] },
  { key: 2, zh: '搜索', meaning: 'Search', scenes: [1005, 1006, 1027, 1042, 1053, 1106, 1108, 1132] },
  { key: 3, zh: '会话', meaning: 'Chat', scenes: [1007, 1008, 1044, 1093, 1094, 1096] },
  { key: 4, zh: '扫一扫二维码', meaning: 'Scanned QR code', scenes: [1011, 1025, 1047, 1105, 1124, 1150] },
  { key: 5, zh: '公众号主页', meaning: 'Official Account profile', scenes: [1020] },
  { key: 6, zh: '聊天顶部', meaning: 'Top of a chat', scenes: [1022] },
  { key: 7, zh: '系统桌面', meaning: 'Desktop', scenes: [1023, 1113, 1114, 1117] },
  { key: 8, zh: '小程序主页', meaning: 'Mini Program profile', scenes: [1024, 1135] },
  { key: 9, zh: '附近的小程序', meaning: 'Mini Programs nearby', scenes: [1026, 1033, 1068] },
  { key: 10, zh: '其他', meaning: 'Other', scenes: [] },
  { key: 11, zh: '模板消息', meaning: 'Template message', scenes: [1014, 1043, 1107, 1162] },
  { key: 12, zh: '客服消息', meaning: 'Customer-service message', scenes: [1021] },
  { key: 13, zh: '公众号菜单', meaning: 'Official Account menu', scenes: [1035, 1102, 1130] },
  { key: 14, zh: 'APP分享', meaning: 'Shared from an app', scenes: [1036] },
  { key: 15, zh: '支付完成页', meaning: 'Payment done', scenes: [1034, 1060, 1072, 1097, 1109, 1137, 1149] },
  { key: 16, zh: '长按识别二维码', meaning: 'Long press on a QR code', scenes: [1012, 1048, 1050, 1125] },
  { key: 17, zh: '相册选取二维码', meaning: 'QR code from the album', scenes: [1013, 1049, 1126] },
  { key: 18, zh: '公众号文章', meaning: 'Official Account article', scenes: [1058, 1091] },
  { key: 19, zh: '钱包', meaning: 'Wallet', scenes: [1019, 1057, 1061, 1066, 1070, 1071] },
  { key: 20, zh: '卡包', meaning: 'Card pack', scenes: [1028, 1128, 1148] },
  { key: 21, zh: '小程序内卡券', meaning: 'Card in a Mini Program', scenes: [1029, 1062] },
  { key: 22, zh: '其他小程序', meaning: 'Another Mini Program', scenes: [1037] },
  { key: 23, zh: '其他小程序返回', meaning: 'Back from another Mini Program', scenes: [1038] },
  { key: 24, zh: '卡券适用门店列表', meaning: 'Stores of a card', scenes: [1052] },
  { key: 25, zh: '搜索框快捷入口', meaning: 'Search shortcut', scenes: [1054] },
  { key: 26, zh: '小程序客服消息', meaning: 'Customer-service chat', scenes: [1073, 1081] },
  { key: 27, zh: '公众号下发', meaning: 'Official Account push', scenes: [1074, 1076, 1082, 1152] },
  { key: 28, zh: '系统会话菜单', meaning: 'Menu of a system chat', scenes: [1080, 1083, 1088] },
  { key: 29, zh: '任务栏-最近使用', meaning: 'Recently used, pulled down', scenes: [1089] },
  { key: 30, zh: '长按小程序菜单圆点', meaning: 'Long press on the menu button', scenes: [1085, 1090, 1147] },
  { key: 31, zh: '连wifi成功页', meaning: 'Wi-Fi connected', scenes: [1064, 1078] },
  { key: 32, zh: '城市服务', meaning: 'City services', scenes: [1092] },
  { key: 33, zh: '微信广告', meaning: 'WeChat ads', scenes: [1045, 1046, 1067, 1084, 1095] },
  { key: 34, zh: '其他移动应用', meaning: 'Another app', scenes: [1065, 1069, 1111, 1140] },
  { key: 35, zh: '发现入口-我的小程序', meaning: 'Discover, mine', scenes: [1003, 1103] },
  { key: 36, zh: '任务栏-我的小程序', meaning: 'Mine, pulled down', scenes: [1104] },
  { key: 37, zh: '微信圈子', meaning: 'Circle', scenes: [1138, 1163] },
  { key: 38, zh: '手机充值', meaning: 'Mobile top-up', scenes: [1098] },
  { key: 39, zh: 'H5', meaning: 'H5 page', scenes: [1018, 1055] },
  { key: 40, zh: '插件', meaning: 'Plugin', scenes: [1040, 1041, 1099] },
  { key: 41, zh: '大家在用', meaning: 'Popular', scenes: [1118, 1145] },
  { key: 42, zh: '发现页', meaning: 'Discover', scenes: [1112, 1141, 1142, 1143] },
  { key: 43, zh: '浮窗', meaning: 'Floating window', scenes: [1131] },
  { key: 44, zh: '附近的人', meaning: 'People nearby', scenes: [1075, 1134] },
  { key: 45, zh: '看一看', meaning: 'Top stories', scenes: [1115] },
  { key: 46, zh: '朋友圈', meaning: 'Moments', scenes: [1009, 1110, 1154, 1155] },
  { key: 47, zh: '企业微信', meaning: 'WeCom', scenes: [1119, 1120, 1121, 1122, 1123, 1156] },
  { key: 48, zh: '视频', meaning: 'Video', scenes: [1136, 1144] },
  { key: 49, zh: '收藏', meaning: 'Favourites', scenes: [1010] },
  { key: 50, zh: '微信红包', meaning: 'Red packet', scenes: [1100] },
  { key: 51, zh: '微信游戏中心', meaning: 'Game centre', scenes: [1079, 1127] },
  { key: 52, zh: '摇一摇', meaning: 'Shake', scenes: [1039, 1077] },
  { key: 53, zh: '公众号导购消息', meaning: 'Guide of an Official Account', scenes: [1157] },
  { key: 54, zh: '识物', meaning: 'Recognised object', scenes: [1153] },
  { key: 55, zh: '小程序订单', meaning: 'Orders', scenes: [1151] },
  { key: 56, zh: '小程序直播', meaning: 'Live', scenes: [1161] },
  { key: 57, zh: '群工具', meaning: 'Group tools', scenes: [1158, 1159, 1160] },
] as const satisfies readonly { key: number; zh: string; meaning: string; scenes: readonly number[] }[];

/** Key of the scenes that stand in no row. */
export const OTHER_CHANNEL = 10;

const channelOf = new Map<number, number>(
  SCENE_CHANNELS.flatMap(({ key, scenes }) => scenes.map((scene): [number, number] => [scene, key])),
);

/** The key a scene is counted under. */
export const sceneChannel = (scene: number): number => channelOf.get(scene) ?? OTHER_CHANNEL;
