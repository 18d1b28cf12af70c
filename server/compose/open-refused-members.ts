import { createRefusedMembers, type RefusedMembers } from '../exchange/refused-members.ts';
import { systemClock } from '../lib/clock.ts';
import type { SettingStore } from '../settings/settings.ts';

/** Where it lies among the settings; no setting of the admin has that name. */
const section = 'learned:refused-members';

/** What models were found to refuse, kept over a restart. */
export async function openRefusedMembers(
  store: SettingStore,
  onError: (error: unknown) => void,
): Promise<RefusedMembers> {
  const { [section]: stored } = await store.load();
  return createRefusedMembers({
    clock: systemClock,
    stored,
    onChange: (known) => void store.save(section, known).catch(onError),
  });
}
