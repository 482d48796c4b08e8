/**
 * A real ClickHouse server out of the embedded engine's own library: the command line it carries can listen.
 * Arguments: data directory, HTTP port; for a node of a cluster also its TCP port and configuration file. Runs until it
 * is killed.
 */
const { readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { DataType, load, open } = require('ffi-rs');

const [directory, httpPort, tcpPort, configFile] = process.argv.slice(2);
const library = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
const folder = dirname(require.resolve(`${library}/package.json`, { paths: [require.resolve('chdb')] }));
const file = readdirSync(folder, { recursive: true }).find((name) => /libchdb\.(so|dylib)$/.test(name));
open({ library: 'chdb', path: join(folder, file) });

// A query that never ends keeps the process in the call, and the listeners with it.
const sleep =
  'SELECT sleepEachRow(1) FROM numbers(1000000) SETTINGS max_block_size = 1, max_execution_time = 0, function_sleep_max_microseconds_per_block = 1000000000 FORMAT Null';
const words = [
  'clickhouse',
  `--path=${directory}`,
  '--listen_host=127.0.0.1',
  `--http_port=${httpPort}`,
  ...(tcpPort === undefined ? [] : [`--tcp_port=${tcpPort}`, `--config-file=${configFile}`]),
  `--query=SYSTEM START LISTEN HTTP; ${tcpPort === undefined ? '' : 'SYSTEM START LISTEN TCP;'} ${sleep}`,
];
load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [words.length, words],
});
