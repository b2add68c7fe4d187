/** The file of the data folder that holds the configuration. */
export const CONFIG_FILE = 'config.json';
