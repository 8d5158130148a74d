/**
 * UpdateFeatures 0-2: changes the level that the cluster works at (KIP-584). 1 replaced the permission to downgrade by a
 * type and can only validate (KIP-778), 2 answers for the whole only.
 */
import { updateFeaturesRequest, updateFeaturesResponse } from '../../protocol/messages/57-update-features.ts';
import { UpgradeType } from '../controller/features.ts';
import { defineControllerApi } from './api-handler.ts';
import { type Refusal, refusalOf, refusalWith } from './refusal.ts';

const FIRST_VERSION_WITH_UPGRADE_TYPE = 1;

function refused(refusal: Refusal) {
  return { ...refusal, results: [] };
}

export const updateFeatures = defineControllerApi({
  request: updateFeaturesRequest,
  response: updateFeaturesResponse,
  minVersion: 0,
  maxVersion: 2,
  answeredBy: 'controller',
  failed: (_request, errorCode) => refused(refusalWith(errorCode)),
  async handle({ featureUpdates, validateOnly }, { apiVersion }, { controller }) {
    const updates = featureUpdates.map(({ feature, maxVersionLevel, allowDowngrade, upgradeType }) => {
      const oldType = allowDowngrade ? UpgradeType.SAFE_DOWNGRADE : UpgradeType.UPGRADE;
      const type = apiVersion >= FIRST_VERSION_WITH_UPGRADE_TYPE ? upgradeType : oldType;
      return { feature, maxVersionLevel, upgradeType: type };
    });
    try {
      return await controller.updateFeatures(updates, validateOnly);
    } catch (error) {
      return refused(refusalOf(error));
    }
  },
});
