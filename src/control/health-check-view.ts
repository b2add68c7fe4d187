import type { HealthReport } from '../siren/health-report.js';
import type { Services } from './services.js';

export type HealthCheckView = {
  readonly running: boolean;
  /** None where there was no check yet. */
  readonly last?: HealthReport;
  /** Hours from one silent check to the next; 0 is never. */
  readonly everyHours: number;
};

export function healthCheckView({ health, config }: Pick<Services, 'health' | 'config'>): HealthCheckView {
  const { everyHours } = config.get('healthCheck');
  return { running: health.isRunning, ...(health.last && { last: health.last }), everyHours };
}
