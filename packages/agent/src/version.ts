/** Version of the agent as it stands in every envelope. Kept equal to package.json by a test. */
export const AGENT_VERSION = '0.1.0';
