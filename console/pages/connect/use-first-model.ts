import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { connectionQuery } from './queries.ts';

/**
 * Returns a function that finds the model of a question for which none was chosen. It waits until the models are
 * loaded, so a question may be sent before.
 * @throws AdminApiError if they cannot be loaded; Error if no model is enabled
 */
export function useFirstModel(): () => Promise<string> {
  const queryClient = useQueryClient();
  const { t } = useTranslation();
  return async () => {
    const { models } = await queryClient.fetchQuery(connectionQuery);
    const [first] = models;
    if (first === undefined) throw new Error(t('connect.noModels'));
    return first;
  };
}
