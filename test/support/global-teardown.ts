import { closeRun } from './run-folder';

module.exports = closeRun;
