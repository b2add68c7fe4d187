/** Seconds as people read them: `0:07`, `12:30`, `1:00:00`. */
export function durationText(totalSeconds: number): string {
  const whole = Math.max(0, Math.floor(totalSeconds));
  const hours = Math.floor(whole / 3_600);
  const rest = `${Math.floor((whole % 3_600) / 60)}`.padStart(hours > 0 ? 2 : 1, '0');
  const tail = `${rest}:${String(whole % 60).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
