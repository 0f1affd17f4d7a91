// Signs a user in with openid-client: V2 by discovery, V1 by hand, as Simkl's pages `oauth2-libraries` and
// `oauth-libraries` say. `algorithm: "oauth2"` and `None()` are the settings they name; http is for loopback only.

import { obey, setup } from "./line.mjs";
import * as client from "openid-client";

const usesPkce = setup.generation === "v2" || !setup.secret;
const insecure = { algorithm: "oauth2", execute: [client.allowInsecureRequests] };
let config, verifier, state, tokens;

async function configuration() {
  const authentication = setup.secret ? client.ClientSecretPost(setup.secret) : client.None();
  if (setup.generation === "v2" || setup.discover) {
    return client.discovery(new URL(setup.site), setup.client_id, undefined, authentication, insecure);
  }
  const server = { issuer: setup.site, authorization_endpoint: setup.authorize, token_endpoint: setup.token };
  const byHand = new client.Configuration(server, setup.client_id, undefined, authentication);
  client.allowInsecureRequests(byHand);
  return byHand;
}

await obey({
  async start() {
    config = await configuration();
    state = client.randomState();
    const wanted = { redirect_uri: setup.redirect, state };
    if (setup.scope) wanted.scope = setup.scope;
    if (usesPkce) {
      verifier = client.randomPKCECodeVerifier();
      wanted.code_challenge = await client.calculatePKCECodeChallenge(verifier);
      wanted.code_challenge_method = "S256";
    }
    return client.buildAuthorizationUrl(config, wanted).href;
  },

  async finish({ url }) {
    tokens = await client.authorizationCodeGrant(config, new URL(url), {
      expectedState: state,
      ...(usesPkce ? { pkceCodeVerifier: verifier } : {}),
    });
  },

  async start_device() {
    config = await configuration();
    tokens = await client.initiateDeviceAuthorization(config, { scope: setup.scope });
    return { user_code: tokens.user_code, page: tokens.verification_uri };
  },

  async finish_device() {
    tokens = await client.pollDeviceAuthorizationGrant(config, tokens);
  },

  async account() {
    const answer = await client.fetchProtectedResource(config, tokens.access_token, new URL(setup.account), "GET");
    return (await answer.json()).account;
  },

  async refresh() {
    tokens = await client.refreshTokenGrant(config, tokens.refresh_token);
  },

  async revoke() {
    await client.tokenRevocation(config, tokens.refresh_token);
  },
});
