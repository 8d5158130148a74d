/**
 * What a failed step of a cluster test means and what to do about it. Pure. Nothing that the other side sent is repeated:
 * a test that showed what answers at a port would be a way to look around a network.
 */
import { ClientError } from '../../kafka-client/client-error.ts';
import { OutboundRefusedError } from '../alerting/channels/outbound-policy.ts';
import type { ClusterTestStep } from '../contracts/clusters.ts';

export interface FailureWords {
  readonly detail: string;
  readonly advice: string;
}

export interface TestedAccess {
  readonly tls: boolean;
  readonly sasl: boolean;
}

function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && !(each instanceof ClientError)) return each.code;
  }
  return error instanceof ClientError ? error.code : '';
}

const tlsWords: Readonly<Record<string, FailureWords>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    detail: 'the certificate is signed by itself and not trusted here',
    advice: 'Give that certificate as the CA to trust.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    detail: 'the certificate comes from an authority that is not trusted here',
    advice: 'Give the certificate of that authority as the CA to trust.',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    detail: 'the certificate comes from an authority that is not known here',
    advice: 'Give the certificate of that authority as the CA to trust.',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    detail: 'the certificate comes from an authority that is not known here',
    advice: 'Give the certificate of that authority as the CA to trust.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    detail: 'the certificate is for another name',
    advice: 'Connect by a name that is in the certificate, or say which name it carries.',
  },
  CERT_HAS_EXPIRED: {
    detail: 'the certificate has expired',
    advice: 'Give the broker a new certificate.',
  },
};

const namingWords = (error: unknown): FailureWords =>
  error instanceof OutboundRefusedError
    ? {
        detail: error.message.replace(/, address [^)]*/, ''),
        advice:
          'Link-local and metadata addresses are never connected to; with AQUILA_OUTBOUND=public private ones are not either.',
      }
    : {
        detail: 'the name cannot be resolved',
        advice: 'Check the spelling, and that the machine on which the console runs can resolve it.',
      };

function tcpWords(code: string): FailureWords {
  if (code === 'ECONNREFUSED') {
    return {
      detail: 'nothing listens at this port',
      advice: 'Check that the broker runs and that this is the port of one of its listeners.',
    };
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return {
      detail: 'there is no way to this address',
      advice: 'Check the network of the console’s machine.',
    };
  return {
    detail: 'no connection in time',
    advice: 'Check the address, and whether a firewall drops connections from the console’s machine.',
  };
}

function handshakeWords(code: string): FailureWords {
  return (
    tlsWords[code] ?? {
      detail: 'what answers there does not complete a TLS handshake',
      advice:
        'Check that this is a listener with TLS (SSL or SASL_SSL), and whether it wants a client certificate.',
    }
  );
}

function talkWords(error: unknown, { tls, sasl }: TestedAccess): FailureWords {
  const code = error instanceof ClientError ? error.code : '';
  if (code === 'REQUEST_TIMED_OUT') {
    return {
      detail: 'it took the connection but gave no answer in time',
      advice: tls
        ? 'Check that a Kafka broker listens there.'
        : 'Check that a Kafka broker listens there; if its listener wants TLS, switch TLS on.',
    };
  }
  const advice = tls
    ? sasl
      ? 'Check that this is the listener of a Kafka broker.'
      : 'If the listener wants SASL, give user name and password.'
    : sasl
      ? 'If the listener wants TLS (SASL_SSL), switch TLS on.'
      : 'If the listener wants TLS or SASL, switch it on here; else check that a Kafka broker listens there.';
  return { detail: 'what answers there does not speak Kafka’s protocol on this connection', advice };
}

/** ApiVersions may be asked before SASL, everything else may not. */
function firstQuestionWords(error: unknown, access: TestedAccess): FailureWords {
  if (access.sasl || !(error instanceof ClientError) || error.code !== 'CONNECTION_CLOSED')
    return talkWords(error, access);
  return {
    detail: 'it ended the connection at the first question, as listeners with SASL do',
    advice:
      'If the listener wants SASL, give user name and password; else check that it is a broker’s and not a controller’s.',
  };
}

function saslWords(error: unknown): FailureWords {
  const isRefusal = error instanceof ClientError && error.code === 'AUTHENTICATION_FAILED';
  if (!isRefusal) {
    return {
      detail: 'the connection ended before the user was let in',
      advice: 'Check user name, password and mechanism; some brokers hang up instead of saying no.',
    };
  }
  const reason = error.message.replace(/^\S+: /, '');
  if (reason.startsWith('the broker does not offer'))
    return {
      detail: 'the broker does not offer this mechanism',
      advice: 'Choose one that its listener has enabled.',
    };
  if (reason.startsWith('the broker asks for no SASL'))
    return {
      detail: 'this listener takes no SASL',
      advice: 'Switch SASL off, or use the port of a SASL listener.',
    };
  if (reason.startsWith('the broker refused user name'))
    return {
      detail: 'the broker refused user name or password',
      advice: 'Check both; for SCRAM the user has to exist for this mechanism.',
    };
  return {
    detail: reason.slice(0, 200),
    advice: 'Check that this is the right broker and the right mechanism.',
  };
}

export function wordsFor(step: ClusterTestStep, error: unknown, access: TestedAccess): FailureWords {
  const code = codeOf(error);
  switch (step) {
    case 'name':
      return namingWords(error);
    case 'tcp':
      return tcpWords(code);
    case 'tls':
      return handshakeWords(code);
    case 'sasl':
      return saslWords(error);
    case 'advertisedAddresses':
      return firstQuestionWords(error, access);
    default:
      return talkWords(error, access);
  }
}
