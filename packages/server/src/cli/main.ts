import { existsSync } from 'node:fs';
import { PUSH_FORMATS, PUSH_MODES } from '@minilens/wire/push-report';
import { EXPORT_FORMATS } from '@minilens/wire/report-api';
import { CIPHERS, KEY_KINDS, SECURITY_MODES, SIGNATURES } from '@minilens/wire/wechat-keys';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ROLES } from '../roles.js';
import { loadSettings, type Settings } from '../settings.js';
import { VERSION } from '../version.js';
import {
  allowApp,
  freezeApp,
  limitApp,
  parsePermissions,
  parseQuota,
  parseSpan,
  permitApp,
  revokeTokens,
  rotateSecret,
  showAccess,
  thawApp,
} from './access.js';
import { configureAgents, parseHookApis, parseSampling } from './agent-config.js';
import { addApp, listApps } from './apps.js';
import { backup } from './backup.js';
import { type Client, connect } from './client.js';
import {
  addComponent,
  allowComponent,
  authorizeComponent,
  listComponents,
  pushToComponent,
  rotateComponent,
  showTicket,
  withdrawComponent,
} from './components.js';
import { type DoctorOptions, doctor, noDirectory } from './doctor.js';
import { erase } from './erase.js';
import { exportEvents } from './export.js';
import { importFile } from './import.js';
import { keepApp, parseDays } from './keep.js';
import { type ProxyOptions, parseAddress, parseHttpUrl, pushProxy } from './push-proxy.js';
import { type PushSettingsOptions, pushSettings, readPushSecrets, SECRET_SOURCES } from './push-settings.js';
import { restoreBackup } from './restore.js';
import { rollup } from './rollup.js';
import { serve } from './serve.js';
import { addUser, dashboardOf, listUsers, removeUser, resetPassword, turnSecondFactorOff } from './users.js';
import { cloudCredentials, KEY_ACTIONS, parseOverlap, wechatKeys, wechatSecurity } from './wechat-keys.js';

const program = new Command('minilens')
  .description('Watches WeChat Mini Programs on your own machines.')
  .version(VERSION)
  .showHelpAfterError('Run minilens --help for the commands.');

/** Runs a command on the server that is up, or on the data directory, and gives it back whatever happens. */
const withClient =
  <Args extends unknown[]>(run: (client: Client, ...args: Args) => Promise<void>, { opensStore = false } = {}) =>
  async (...args: Args) => {
    const readsInput = args.includes('-');
    const client = await connect(settings(), { loadsAtOnce: !readsInput, opensStore: opensStore && !readsInput });
    try {
      await run(client, ...args);
    } finally {
      await client.close();
    }
  };

/** For a command that asks the event store; all others do without, where no server is up. */
const ABOUT_EVENTS = { opensStore: true };

const settings = ({ role = process.env.MINILENS_ROLE }: { role?: string } = {}): Settings =>
  loadSettings({ ...process.env, MINILENS_ROLE: role });
const json = () => new Option('--json', 'print JSON for machines');
const appOption = () => new Option('--app <appid>', 'the Mini Program, by its AppID').makeOptionMandatory();

/** An option's value, or its parser's sentence as commander prints it. */
const orRefuse =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };

program
  .command('serve')
  .description('run the server with its dashboard')
  .addOption(new Option('--role <role>', 'what this process does, where several share the work').choices(ROLES))
  .action((options) => serve(settings(options)));

const app = program.command('app').description('add, list and configure Mini Programs');
app
  .command('add <appid>')
  .description('add a Mini Program; prints its secret this once')
  .option('--name <name>', 'what people call it')
  .addOption(json())
  .action(withClient(addApp));
app.command('list').description('list the Mini Programs').addOption(json()).action(withClient(listApps));
app
  .command('agent <appid>')
  .description('show or change what agents that are already out do')
  .addOption(new Option('--off', 'watch nothing and send nothing'))
  .addOption(new Option('--on', 'take --off back').conflicts('off'))
  .option('--sampling <shares>', 'shares to report, such as session=0.5,request=0.1', orRefuse(parseSampling))
  .option(
    '--hook-apis <names>',
    "interfaces to watch, such as requestPayment,login, or '*' for all",
    orRefuse(parseHookApis),
  )
  .addOption(
    new Option('--reset', 'remove everything: the app decides').conflicts(['off', 'on', 'sampling', 'hookApis']),
  )
  .addOption(json())
  .action(withClient(configureAgents));

app
  .command('keep <appid>')
  .description('show or change how long its data is kept')
  .option('--events <days>', 'days that events are kept', orRefuse(parseDays))
  .option('--rollups <days>', 'days that hourly rollups are kept, at least as long', orRefuse(parseDays))
  .addOption(json())
  .action(withClient(keepApp));

app
  .command('keys <appid>')
  .description('make, rotate, revoke or show the keys with which calls of the WeChat APIs are signed and encrypted')
  .addArgument(new Argument('<action>', 'what to do').choices(KEY_ACTIONS))
  .addOption(new Option('--cipher <algorithm>', 'of a new symmetric key').choices(CIPHERS))
  .addOption(new Option('--signature <algorithm>', "of a developer's key pair made here").choices(SIGNATURES))
  .option('--public-key <file>', "the developer's own public key as PEM, instead of a pair made here")
  .option('--serial <serial>', "of the developer's own key; with revoke, which key")
  .addOption(new Option('--kind <kind>', 'with rotate: which key').choices(KEY_KINDS))
  .option(
    '--overlap <time>',
    'with rotate: how long the older key counts, such as 24h or 7d',
    orRefuse(parseOverlap),
    24,
  )
  .addOption(json())
  .action(withClient(wechatKeys));
app
  .command('security <appid>')
  .description('show or change whether calls of the WeChat APIs are signed and encrypted')
  .addArgument(new Argument('[mode]', 'off, for those clients that do, or always').choices(SECURITY_MODES))
  .addOption(json())
  .action(withClient(wechatSecurity));
app
  .command('cloud <appid>')
  .description('issue credentials for cloud calls; prints the key this once')
  .addOption(json())
  .action(withClient(cloudCredentials));
app
  .command('access <appid>')
  .description('show who may call the WeChat APIs as it, from where, and how often')
  .addOption(json())
  .action(withClient(showAccess));
app
  .command('allow <appid> [networks...]')
  .description('say from where it is called, such as 203.0.113.7 2001:db8::/32')
  .addOption(new Option('--any', 'from anywhere'))
  .addOption(json())
  .action(withClient(allowApp));
app
  .command('quota <appid>')
  .description('say how often it may call one WeChat API')
  .option('--daily <calls>', "calls a day, or 'default'", orRefuse(parseQuota))
  .option('--minute <calls>', "calls a minute, or 'default'", orRefuse(parseQuota))
  .addOption(json())
  .action(withClient(limitApp));
app
  .command('permissions <appid> <sets>')
  .description("WeChat permission sets it has: 18 analysis, 3 message push, or 'all'")
  .addOption(json())
  .action(withClient(permitApp));
app
  .command('rotate <appid>')
  .description('give it a new secret; prints it this once')
  .option('--overlap <time>', 'how long the old secret works still, such as 2h or 7d', orRefuse(parseSpan), 0)
  .addOption(json())
  .action(withClient(rotateSecret));
app
  .command('freeze <appid>')
  .description('let its secret fetch no token; tokens that are out go on')
  .addOption(json())
  .action(withClient(freezeApp));
app.command('thaw <appid>').description('take freeze back').addOption(json()).action(withClient(thawApp));
app
  .command('revoke <appid>')
  .description('end all its tokens at once')
  .addOption(json())
  .action(withClient(revokeTokens));

const component = program.command('component').description('add and authorise service providers');
component
  .command('add <appid>')
  .description('add a service provider by the AppID of its third-party platform; prints its secret this once')
  .option('--name <name>', 'what people call it')
  .addOption(json())
  .action(withClient(addComponent));
component
  .command('list')
  .description('list them, and which Mini Programs they act for')
  .addOption(json())
  .action(withClient(listComponents));
component
  .command('authorize <component> <appid>')
  .description('let it act for a Mini Program; prints the authorisation code for it')
  .requiredOption('--permissions <sets>', 'permission sets, such as 18,3', orRefuse(parsePermissions))
  .option('--pre-auth-code <code>', 'the code it asked for, which is used up')
  .addOption(json())
  .action(withClient(authorizeComponent));
component
  .command('withdraw <component> <appid>')
  .description('take that back: its tokens for the Mini Program end at once')
  .addOption(json())
  .action(withClient(withdrawComponent));
component
  .command('ticket <component>')
  .description('print its component_verify_ticket')
  .addOption(json())
  .action(withClient(showTicket));
component
  .command('push <component> [url]')
  .description('push tickets and events to its URL, or to none with --off; prints the keys for its receiver')
  .addOption(new Option('--off', 'push nothing'))
  .addOption(json())
  .action(withClient(pushToComponent));
component
  .command('allow <component> [networks...]')
  .description('say from where it calls; from anywhere with --any')
  .addOption(new Option('--any', 'from anywhere'))
  .addOption(json())
  .action(withClient(allowComponent));
component
  .command('rotate <component>')
  .description('give it a new secret; prints it this once')
  .option('--overlap <time>', 'how long the old secret works still, such as 2h or 7d', orRefuse(parseSpan), 0)
  .addOption(json())
  .action(withClient(rotateComponent));

const push = program.command('push').description('measure how your server answers message push');
push
  .command('proxy')
  .description(
    'stand before a server that takes pushed messages; secrets come from MINILENS_APP_SECRET, MINILENS_PUSH_TOKEN, MINILENS_PUSH_AES_KEY',
  )
  .requiredOption('--listen <address>', 'where to take messages, such as 127.0.0.1:9000', orRefuse(parseAddress))
  .requiredOption(
    '--upstream <url>',
    'your server, with the path of its receiver; without one, the path asked for',
    orRefuse(parseHttpUrl),
  )
  .addOption(appOption())
  .option('--server <url>', 'the Minilens that is told', orRefuse(parseHttpUrl), new URL('http://127.0.0.1:8321'))
  .addOption(new Option('--mode <mode>', 'as set in the WeChat console').choices(PUSH_MODES).default('plain'))
  .addOption(new Option('--format <format>', 'as set in the WeChat console').choices(PUSH_FORMATS).default('xml'))
  .option('--cover-late', 'answer `success` at 4.8 s for a server that has the message and is late')
  .option('--keep-content', 'report messages and answers too, masked')
  .option('--data <directory>', 'where reports wait while Minilens is away (default: push-<appid> in MINILENS_DATA)')
  .addOption(json())
  .action((options: ProxyOptions) => pushProxy(options));
push
  .command('settings <appid>')
  .description('show or change how this server passes its messages on')
  .option('--upstream <url>', 'the back end that takes them, such as https://shop.example/wechat')
  .addOption(new Option('--off', 'pass nothing on').conflicts('upstream'))
  .addOption(new Option('--mode <mode>', 'as set in the WeChat console').choices(PUSH_MODES))
  .addOption(new Option('--format <format>', 'as set in the WeChat console').choices(PUSH_FORMATS))
  .addOption(
    new Option('--token <from>', 'take the Token from MINILENS_PUSH_TOKEN or standard input, or away').choices(
      SECRET_SOURCES,
    ),
  )
  .addOption(
    new Option('--key <from>', 'the same for the EncodingAESKey, from MINILENS_PUSH_AES_KEY').choices(SECRET_SOURCES),
  )
  .addOption(new Option('--cover-late <switch>', 'answer `success` for a late back end').choices(['on', 'off']))
  .addOption(new Option('--keep-content <switch>', 'keep messages and answers, masked').choices(['on', 'off']))
  .addOption(json())
  .action(async (appid: string, options: PushSettingsOptions) => {
    const secrets = await readPushSecrets(options);
    await withClient(pushSettings)(appid, options, secrets);
  });

const user = program.command('user').description('invite people, and help them when they cannot sign in');
user
  .command('add <login>')
  .description('print a link with which somebody makes their account')
  .addOption(new Option('--admin', 'one that may add apps and accounts, and is an owner of every app'))
  .addOption(json())
  .action(
    withClient((client, login: string, options: { admin?: boolean; json?: boolean }) =>
      addUser(client, dashboardOf(settings()), login, options),
    ),
  );
user.command('list').description('list the accounts').addOption(json()).action(withClient(listUsers));
user
  .command('password <login>')
  .description('print a link with which somebody chooses another password')
  .addOption(json())
  .action(
    withClient((client, login: string, options: { json?: boolean }) =>
      resetPassword(client, dashboardOf(settings()), login, options),
    ),
  );
user
  .command('remove <login>')
  .description('remove an account, with its sessions and API tokens')
  .addOption(json())
  .action(withClient(removeUser));
user
  .command('second-factor-off <login>')
  .description('turn the second factor of somebody off who lost it')
  .addOption(json())
  .action(withClient(turnSecondFactorOff));

program
  .command('import <file>')
  .description('take history from a file, or from standard input with -: one envelope a line, as the agent posts it')
  .addOption(appOption())
  .addOption(json())
  .action(withClient(importFile, ABOUT_EVENTS));

program
  .command('rollup')
  .description('compute rollups again from events')
  .addOption(appOption())
  .requiredOption('--from <day>', 'first day, 2026-11-01')
  .requiredOption('--to <day>', 'last day')
  .addOption(json())
  .action(withClient(rollup, ABOUT_EVENTS));

program
  .command('erase')
  .description('remove all that is stored of one user')
  .addOption(appOption())
  .option('--user <id>', "the user, by the agent's id")
  .option('--openid <openid>', 'everybody who said that they are this openid')
  .addOption(json())
  .action(withClient(erase, ABOUT_EVENTS));

program
  .command('export')
  .description('write the events of a range into a file')
  .addOption(appOption())
  .requiredOption('--from <day>', 'first day, 2026-11-01')
  .requiredOption('--to <day>', 'last day')
  .addOption(
    new Option('--format <format>', 'envelopes are what import takes again')
      .choices([...EXPORT_FORMATS])
      .default('ndjson'),
  )
  .requiredOption('-o, --output <file>', 'a new file')
  .addOption(json())
  .action(withClient(exportEvents, ABOUT_EVENTS));

program
  .command('backup <directory>')
  .description('copy everything that is kept into a new directory, while the server runs or not')
  .addOption(json())
  .action((...args: [directory: string, options: { json?: boolean }]) => {
    // Opened like any other, a directory that is not there would be made, and its nothing backed up.
    if (!existsSync(settings().data)) throw new Error(noDirectory(settings().data));
    return withClient(backup, ABOUT_EVENTS)(...args);
  });

program
  .command('restore <directory>')
  .description('bring a backup into an empty data directory')
  .addOption(json())
  .action((directory: string, options: { json?: boolean }) => restoreBackup(settings(), directory, options));

program
  .command('doctor')
  .description('look at every part and say what is wrong')
  .option('--deep', 'compare every rollup with its events')
  .option('--app <appid>', 'with --deep: this Mini Program only')
  .option('--from <day>', 'with --deep: first day, 2026-11-01')
  .option('--to <day>', 'with --deep: last day')
  .addOption(json())
  .action((options: DoctorOptions) => doctor(settings(), options));

program.parseAsync().catch((error: Error) => {
  console.error(`minilens: ${error.message}`);
  process.exitCode = 1;
});
