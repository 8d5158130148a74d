/**
 * ApiVersions 0-4: which APIs this listener serves, straight from the table that routes the requests of its listener.
 *
 * - 3 adds the features that this version can work with, and the level at which the cluster does (KIP-584). Clients of
 *   3 cannot read a feature whose lowest level is 0, they are told 1 (KIP-1022).
 * - A version we do not serve never comes here: server/dispatcher.ts answers it as version 0 with error 35 (KIP-511).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';
import { SUPPORTED_FEATURES } from '../controller/features.ts';
import { type ApiHandler, type ControllerApiHandler, defineControllerApi } from './api-handler.ts';

/** KIP-511: what a client may call itself. */
const FIRST_VERSION_OF_LEVEL_0 = 4;
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

export function apiVersions(served: () => Iterable<ApiHandler | ControllerApiHandler>): ControllerApiHandler {
  return defineControllerApi({
    request: apiVersionsRequest,
    response: apiVersionsResponse,
    minVersion: 0,
    maxVersion: 4,
    handle(request, context, services) {
      const { clientSoftwareName: name, clientSoftwareVersion: version } = request;
      if (context.apiVersion >= 3 && !(SOFTWARE_NAME.test(name) && SOFTWARE_NAME.test(version))) {
        return { errorCode: ErrorCode.INVALID_REQUEST };
      }
      const apiKeys = [...served()].map(({ request: { apiKey }, minVersion, maxVersion }) => ({
        apiKey,
        minVersion,
        maxVersion,
      }));
      const { features, offset } = services.image();
      const lowestLevel = context.apiVersion >= FIRST_VERSION_OF_LEVEL_0 ? 0 : 1;
      return {
        apiKeys,
        supportedFeatures: [...SUPPORTED_FEATURES].map(([feature, { min, max }]) => ({
          ...{ name: feature, minVersion: Math.max(min, lowestLevel), maxVersion: max },
        })),
        finalizedFeaturesEpoch: features.size === 0 ? -1n : BigInt(offset),
        finalizedFeatures: [...features].map(([feature, level]) => ({
          ...{ name: feature, minVersionLevel: level, maxVersionLevel: level },
        })),
      };
    },
  });
}
