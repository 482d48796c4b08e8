/**
 * Where sessions come from, as the visit distribution counts them: a key, what it means, and the scene ids with which a
 * Mini Program is opened that way. Scenes in no row are counted as other.
 */
export const SCENE_CHANNELS = [
  { key: 1, meaning: 'Mini Program history', scenes: [1001, 1002, 1004] },
  { key: 2, meaning: 'Search', scenes: [1005, 1006, 1027, 1042, 1053, 1106, 1108, 1132] },
  { key: 3, meaning: 'Chat', scenes: [1007, 1008, 1044, 1093, 1094, 1096] },
  { key: 4, meaning: 'Scanned QR code', scenes: [1011, 1025, 1047, 1105, 1124, 1150] },
  { key: 5, meaning: 'Official Account profile', scenes: [1020] },
  { key: 6, meaning: 'Top of a chat', scenes: [1022] },
  { key: 7, meaning: 'Desktop', scenes: [1023, 1113, 1114, 1117] },
  { key: 8, meaning: 'Mini Program profile', scenes: [1024, 1135] },
  { key: 9, meaning: 'Mini Programs nearby', scenes: [1026, 1033, 1068] },
  { key: 10, meaning: 'Other', scenes: [] },
  { key: 11, meaning: 'Template message', scenes: [1014, 1043, 1107, 1162] },
  { key: 12, meaning: 'Customer-service message', scenes: [1021] },
  { key: 13, meaning: 'Official Account menu', scenes: [1035, 1102, 1130] },
  { key: 14, meaning: 'Shared from an app', scenes: [1036] },
  { key: 15, meaning: 'Payment done', scenes: [1034, 1060, 1072, 1097, 1109, 1137, 1149] },
  { key: 16, meaning: 'Long press on a QR code', scenes: [1012, 1048, 1050, 1125] },
  { key: 17, meaning: 'QR code from the album', scenes: [1013, 1049, 1126] },
  { key: 18, meaning: 'Official Account article', scenes: [1058, 1091] },
  { key: 19, meaning: 'Wallet', scenes: [1019, 1057, 1061, 1066, 1070, 1071] },
  { key: 20, meaning: 'Card pack', scenes: [1028, 1128, 1148] },
  { key: 21, meaning: 'Card in a Mini Program', scenes: [1029, 1062] },
  { key: 22, meaning: 'Another Mini Program', scenes: [1037] },
  { key: 23, meaning: 'Back from another Mini Program', scenes: [1038] },
  { key: 24, meaning: 'Stores of a card', scenes: [1052] },
  { key: 25, meaning: 'Search shortcut', scenes: [1054] },
  { key: 26, meaning: 'Customer-service chat', scenes: [1073, 1081] },
  { key: 27, meaning: 'Official Account push', scenes: [1074, 1076, 1082, 1152] },
  { key: 28, meaning: 'Menu of a system chat', scenes: [1080, 1083, 1088] },
  { key: 29, meaning: 'Recently used, pulled down', scenes: [1089] },
  { key: 30, meaning: 'Long press on the menu button', scenes: [1085, 1090, 1147] },
  { key: 31, meaning: 'Wi-Fi connected', scenes: [1064, 1078] },
  { key: 32, meaning: 'City services', scenes: [1092] },
  { key: 33, meaning: 'WeChat ads', scenes: [1045, 1046, 1067, 1084, 1095] },
  { key: 34, meaning: 'Another app', scenes: [1065, 1069, 1111, 1140] },
  { key: 35, meaning: 'Discover, mine', scenes: [1003, 1103] },
  { key: 36, meaning: 'Mine, pulled down', scenes: [1104] },
  { key: 37, meaning: 'Circle', scenes: [1138, 1163] },
  { key: 38, meaning: 'Mobile top-up', scenes: [1098] },
  { key: 39, meaning: 'H5 page', scenes: [1018, 1055] },
  { key: 40, meaning: 'Plugin', scenes: [1040, 1041, 1099] },
  { key: 41, meaning: 'Popular', scenes: [1118, 1145] },
  { key: 42, meaning: 'Discover', scenes: [1112, 1141, 1142, 1143] },
  { key: 43, meaning: 'Floating window', scenes: [1131] },
  { key: 44, meaning: 'People nearby', scenes: [1075, 1134] },
  { key: 45, meaning: 'Top stories', scenes: [1115] },
  { key: 46, meaning: 'Moments', scenes: [1009, 1110, 1154, 1155] },
  { key: 47, meaning: 'WeCom', scenes: [1119, 1120, 1121, 1122, 1123, 1156] },
  { key: 48, meaning: 'Video', scenes: [1136, 1144] },
  { key: 49, meaning: 'Favourites', scenes: [1010] },
  { key: 50, meaning: 'Red packet', scenes: [1100] },
  { key: 51, meaning: 'Game centre', scenes: [1079, 1127] },
  { key: 52, meaning: 'Shake', scenes: [1039, 1077] },
  { key: 53, meaning: 'Guide of an Official Account', scenes: [1157] },
  { key: 54, meaning: 'Recognised object', scenes: [1153] },
  { key: 55, meaning: 'Orders', scenes: [1151] },
  { key: 56, meaning: 'Live', scenes: [1161] },
  { key: 57, meaning: 'Group tools', scenes: [1158, 1159, 1160] },
] as const satisfies readonly { key: number; meaning: string; scenes: readonly number[] }[];

export const OTHER_CHANNEL = 10;

const channelOf = new Map<number, number>(
  SCENE_CHANNELS.flatMap(({ key, scenes }) => scenes.map((scene): [number, number] => [scene, key])),
);

/** The key a scene is counted under. */
export const sceneChannel = (scene: number): number => channelOf.get(scene) ?? OTHER_CHANNEL;
