import { createRefusedMembers, type RefusedMembers } from '../exchange/refused-members.ts';
import { systemClock } from '../lib/clock.ts';
import type { SettingStore } from '../settings/settings.ts';

/** The settings section that stores them. None of the admin's settings has this name. */
const section = 'learned:refused-members';

/** Request members that models are known to reject, restored after a restart. */
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
