export type { CredentialScope } from './credential-scope.js';
export type { CredentialSource } from './credential-source.js';
export { DigestClient, type DigestClientOptions } from './digest-client.js';
export type { DigestCredentials } from './digest-credentials.js';
export {
  DigestServer,
  type DigestRefusal,
  type DigestServerOptions,
  type DigestVerdict,
  type Secret,
  type SecretLookup,
} from './digest-server.js';
