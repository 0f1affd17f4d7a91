// Signs a user in with oauth4webapi: V2 by discovery, V1 by hand, as Simkl's pages `oauth2-libraries` and
// `oauth-libraries` say. http is for loopback only.

import { obey, setup } from "./line.mjs";
import * as oauth from "oauth4webapi";

const usesPkce = setup.generation === "v2" || !setup.secret;
const insecure = { [oauth.allowInsecureRequests]: true };
const app = { client_id: setup.client_id };
const authentication = setup.secret ? oauth.ClientSecretBasic(setup.secret) : oauth.None();
let server, verifier, state, tokens;

async function description() {
  if (setup.generation === "v1") {
    return { issuer: setup.site, authorization_endpoint: setup.authorize, token_endpoint: setup.token };
  }
  const issuer = new URL(setup.site);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  return oauth.processDiscoveryResponse(issuer, answer);
}

await obey({
  async start() {
    server = await description();
    state = oauth.generateRandomState();
    const url = new URL(server.authorization_endpoint);
    const wanted = { client_id: setup.client_id, response_type: "code", redirect_uri: setup.redirect, state };
    if (setup.scope) wanted.scope = setup.scope;
    if (usesPkce) {
      verifier = oauth.generateRandomCodeVerifier();
      wanted.code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
      wanted.code_challenge_method = "S256";
    }
    for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
    return url.href;
  },

  async finish({ url }) {
    const told = oauth.validateAuthResponse(server, app, new URL(url), state);
    const proof = usesPkce ? verifier : oauth.nopkce;
    const answer = await oauth.authorizationCodeGrantRequest(
      server, app, authentication, told, setup.redirect, proof, insecure,
    );
    tokens = await oauth.processAuthorizationCodeResponse(server, app, answer);
  },

  async account() {
    const answer = await oauth.protectedResourceRequest(
      tokens.access_token, "GET", new URL(setup.account), undefined, undefined, insecure,
    );
    return (await answer.json()).account;
  },

  async refresh() {
    const answer = await oauth.refreshTokenGrantRequest(server, app, authentication, tokens.refresh_token, insecure);
    tokens = await oauth.processRefreshTokenResponse(server, app, answer);
  },

  async revoke() {
    const answer = await oauth.revocationRequest(server, app, authentication, tokens.refresh_token, insecure);
    await oauth.processRevocationResponse(answer);
  },
});
