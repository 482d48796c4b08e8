module.exports = {
  // The AppID and the agent key that `minilens app add` or the dashboard shows.
  appId: 'wx0000000000000000',
  key: 'put-the-agent-key-here',
  // Where your Minilens server listens.
  endpoint: 'http://127.0.0.1:8321',
  // The shop's own server. Any host will do: GET /healthz should answer, GET /orders/:id should not.
  shop: 'http://127.0.0.1:8321',
};
