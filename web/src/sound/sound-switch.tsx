import { useEffect, useState } from 'react';
import type { Sound } from '../api/device-stream.js';
import { TEXTS } from '../texts.js';
import { SirenPlayer } from './siren-player.js';

/** Lets the page sound as the siren does, after a click. */
export function SoundSwitch({
  sound,
  isKnown,
}: {
  readonly sound: Sound | undefined;
  readonly isKnown: boolean;
}) {
  const [player, setPlayer] = useState<SirenPlayer>();
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    if (!player) return;
    player.play(sound).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  }, [player, sound]);
  useEffect(() => () => void player?.close(), [player]);

  return (
    <div className="sound">
      <button
        type="button"
        className="primary"
        aria-pressed={player !== undefined}
        onClick={() => setPlayer(player ? undefined : new SirenPlayer())}
      >
        <SpeakerIcon isOn={player !== undefined} />
        {player ? TEXTS.sound.turnOff : TEXTS.sound.turnOn}
      </button>
      <span className="hint">{isKnown && (hasFailed ? TEXTS.sound.failed : hintFor(sound))}</span>
    </div>
  );
}

function hintFor(sound: Sound | undefined): string {
  return sound ? TEXTS.sound.sounding(sound.pattern) : TEXTS.sound.silent;
}

function SpeakerIcon({ isOn }: { readonly isOn: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M3 7.5h3L10 4v12l-4-3.5H3z" fill="currentColor" />
      {isOn ? (
        <path d="M12.5 7a4 4 0 0 1 0 6M14.5 4.8a7 7 0 0 1 0 10.4" />
      ) : (
        <path d="M12.8 7.8l4.4 4.4M17.2 7.8l-4.4 4.4" />
      )}
    </svg>
  );
}
