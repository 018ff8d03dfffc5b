// SPDX-License-Identifier: EPL-2.0
// The debug adapter in conversation with a client that knows nothing of it: the test client of Visual Studio Code.
// VMCSMITH names the vmcsmith script; without it the one of this checkout is taken.

import { DebugClient } from '@vscode/debugadapter-testsupport';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const script = process.env.VMCSMITH ?? join(root, 'vmcsmith');
const walkthrough = join(root, 'plugins', 'dev.vmcsmith.examples', 'walkthrough', 'walkthrough.hv');
const lines = readFileSync(walkthrough, 'utf8').split('\n');
const line = text => lines.findIndex(candidate => candidate.includes(text)) + 1;
const PATIENCE = 60_000;

describe('the debug adapter', { timeout: 10 * PATIENCE }, () => {
    let client;

    beforeEach(async () => {
        client = new DebugClient(script, 'dap', 'vmcsmith', { cwd: root }, true);
        client.defaultTimeout = PATIENCE;
        await client.start();
    });

    afterEach(() => client.stop());

    /** Launches the walkthrough and waits for the first stop. */
    async function stopped(stopAt, program = walkthrough) {
        const [, , event] = await Promise.all([
            client.waitForEvent('initialized').then(() => client.configurationDoneRequest()),
            client.initializeRequest().then(() => client.launchRequest({ program, stopAt })),
            client.waitForEvent('stopped'),
        ]);
        return event.body;
    }

    async function next(request) {
        const [event] = await Promise.all([client.waitForEvent('stopped'), request()]);
        return event.body;
    }

    const top = async () => (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
    const evaluate = async expression => (await client.evaluateRequest({ expression })).body.result;
    const send = async (command, args) => (await client.send(command, args)).body;

    it('says truthfully what it can', async () => {
        const { body } = await client.initializeRequest();
        for (const capability of ['supportsConfigurationDoneRequest', 'supportsConditionalBreakpoints', 'supportsHitConditionalBreakpoints',
            'supportsLogPoints', 'supportsFunctionBreakpoints', 'supportsInstructionBreakpoints', 'supportsDataBreakpoints',
            'supportsStepBack', 'supportsGotoTargetsRequest', 'supportsSetVariable', 'supportsSetExpression',
            'supportsDisassembleRequest', 'supportsReadMemoryRequest',
            'supportsWriteMemoryRequest', 'supportsRestartRequest', 'supportsTerminateRequest', 'supportsCompletionsRequest',
            'supportsLoadedSourcesRequest', 'supportsModulesRequest', 'supportsExceptionInfoRequest', 'supportsSteppingGranularity']) {
            assert.equal(body[capability], true, capability);
        }
        assert.ok(body.exceptionBreakpointFilters.some(filter => filter.filter === 'ept-violation'));
        assert.notEqual(body.supportsRestartFrame, true);
        await assert.rejects(client.threadsRequest().then(answer => assert.ok(answer.body.threads.length > 0)));
    });

    it('hits a breakpoint in the source of a setup', async () => {
        await client.hitBreakpoint({ program: walkthrough, stopAt: 'breakpoints' }, { path: walkthrough, line: line('log "cpuid leaf') });
        assert.equal((await top()).line, line('log "cpuid leaf'));
    });

    it('runs to the end with the exit code and the output of the setup', async () => {
        await Promise.all([
            client.configurationSequence(),
            client.launch({ program: walkthrough, stopAt: 'breakpoints' }),
            client.assertOutput('stdout', 'cpuid leaf 1', PATIENCE),
            client.waitForEvent('exited').then(event => assert.equal(event.body.exitCode, 0)),
            client.waitForEvent('terminated'),
        ]);
    });

    it('stops at every VM exit and shows both sides', async () => {
        const stop = await stopped('every-exit');
        assert.equal(stop.reason, 'exception');
        assert.equal(stop.text, 'VM exit 1: CPUID (10)');
        assert.deepEqual((await client.threadsRequest()).body.threads, [{ id: 1, name: 'vCPU 0' }]);
        const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
        assert.equal(stackFrames[0].line, line('on Guest exit cpuid'));
        assert.ok(stackFrames.some(frame => frame.name.includes('(guest)') && frame.line === line('CPUID always leaves')));
        const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0].id })).body;
        const general = scopes.find(scope => scope.name === 'Guest General (at the VM exit)');
        const { variables } = (await client.variablesRequest({ variablesReference: general.variablesReference })).body;
        assert.equal(variables.find(variable => variable.name === 'eax').value, '0x1');
        assert.equal((await send('exceptionInfo', { threadId: 1 })).exceptionId, 'cpuid');
        assert.equal(await evaluate('guest.eax + 1'), '0x2');
        assert.equal(await evaluate('exit-reason'), '0xa');
        assert.equal(await evaluate('STOP'), '0x535654');
        const hover = await client.evaluateRequest({ expression: 'eax', context: 'hover', frameId: stackFrames[0].id });
        assert.equal(hover.body.result, '0x1', 'in the source of a handler eax is the guest\'s');
    });

    it('changes registers, fields and memory', async () => {
        await stopped('every-exit');
        const frame = await top();
        const { scopes } = (await client.scopesRequest({ frameId: frame.id })).body;
        const fields = scopes.find(scope => scope.name === 'VMCS: Controls');
        const changed = await client.setVariableRequest({ variablesReference: fields.variablesReference, name: 'exception-bitmap',
            value: '0x42' });
        assert.match(changed.body.value, /^0x00000042/);
        assert.equal((await send('setExpression', { expression: 'guest-physical.dword[0x8000]', value: '0x11223344' })).value, '0x11223344');
        const memory = await send('readMemory', { memoryReference: 'guest-physical:0x8000', count: 4 });
        assert.equal(memory.data, Buffer.from([0x44, 0x33, 0x22, 0x11]).toString('base64'));
        await send('writeMemory', { memoryReference: 'host-physical:0x8001', data: Buffer.from([0xff]).toString('base64') });
        assert.equal(await evaluate('guest-virtual.dword[0x8000]'), '0x1122ff44');
    });

    it('steps over, into and out of, by line and by instruction, forwards and backwards', async () => {
        await stopped('every-exit');
        await next(() => client.nextRequest({ threadId: 1 }));
        assert.equal((await top()).line, line('log "cpuid leaf'));
        await next(() => client.nextRequest({ threadId: 1 }));
        assert.equal((await top()).line, line('log "cpuid leaf') + 1);
        await next(() => client.stepBackRequest({ threadId: 1 }));
        assert.equal((await top()).line, line('log "cpuid leaf'));
        const before = (await top()).instructionPointerReference;
        await next(() => client.stepInRequest({ threadId: 1, granularity: 'instruction' }));
        assert.notEqual((await top()).instructionPointerReference, before);
        await next(() => client.stepBackRequest({ threadId: 1, granularity: 'instruction' }));
        assert.equal((await top()).instructionPointerReference, before);
        await next(() => client.stepOutRequest({ threadId: 1 }));
        const stop = await next(() => client.continueRequest({ threadId: 1 }));
        assert.equal(stop.text, 'VM exit 2: Control-register accesses (28), MOV RCX, CR3');
        assert.equal((await next(() => client.reverseContinueRequest({ threadId: 1 }))).text, 'VM exit 1: CPUID (10)');
    });

    it('knows breakpoints of every kind', async () => {
        await stopped('entry');
        const conditional = (await client.setBreakpointsRequest({ source: { path: walkthrough },
            breakpoints: [{ line: line('if eax == STOP'), condition: 'guest.eax == \'SVT\'', hitCondition: '1' },
                { line: line('log "cpuid leaf'), logMessage: 'the leaf is {guest.eax}' }] })).body.breakpoints;
        assert.ok(conditional.every(breakpoint => breakpoint.verified));
        const functions = await client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'Guest.exit.cr-access' }] });
        assert.ok(functions.body.breakpoints[0].verified);
        const logged = client.assertOutput('console', 'the leaf is 0x1', PATIENCE);
        assert.equal((await next(() => client.continueRequest({ threadId: 1 }))).reason, 'breakpoint');
        await logged;
        assert.equal((await top()).line, line('on Guest exit cr-access'));
        await client.setFunctionBreakpointsRequest({ breakpoints: [] });
        const info = await send('dataBreakpointInfo', { name: 'exit-reason' });
        assert.equal(info.dataId, 'vmcs:0x4402');
        await send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId, accessType: 'write' }] });
        assert.equal((await next(() => client.continueRequest({ threadId: 1 }))).reason, 'data breakpoint');
        await send('setDataBreakpoints', { breakpoints: [] });
        await client.setExceptionBreakpointsRequest({ filters: [], filterOptions: [{ filterId: 'vmcall', condition: 'guest.eax == 0' }] });
        const stop = await next(() => client.continueRequest({ threadId: 1 }));
        assert.deepEqual(stop.hitBreakpointIds, [conditional[0].id]);
        const { instructions } = await send('disassemble', { memoryReference: (await top()).instructionPointerReference,
            instructionOffset: -3, instructionCount: 8 });
        assert.equal(instructions.length, 8);
        await send('setInstructionBreakpoints', { breakpoints: [{ instructionReference: instructions[4].address }] });
        assert.equal((await next(() => client.continueRequest({ threadId: 1 }))).reason, 'breakpoint');
        assert.equal((await top()).instructionPointerReference, instructions[4].address);
    });

    it('shows and changes the variables of handlers', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'vmcsmith-'));
        const program = join(folder, 'variables.hv');
        writeFileSync(program, `guest code Main at 0x1000 bits 32 {
            mov  eax, 7
            cpuid
            mov  eax, 9
            cpuid
            vmcall
        }
        ept  All   { map 0 .. 4 MiB -> identity rwx }
        vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main } }
        var seen-leaves = 0
        on Guest exit cpuid  {
            let leaf = eax
            seen-leaves = seen-leaves + leaf
            emulate
        }
        on Guest exit vmcall { log "{seen-leaves}" stop }
        on Guest exit other  { panic "not handled" }
        run Guest { expect exits cpuid, cpuid, vmcall }
        `);
        await stopped('every-exit', program);
        await next(() => client.continueRequest({ threadId: 1 }));
        const { scopes } = (await client.scopesRequest({ frameId: (await top()).id })).body;
        const { variablesReference } = scopes.find(scope => scope.name === 'Variables');
        const { variables } = (await client.variablesRequest({ variablesReference })).body;
        assert.deepEqual(Object.fromEntries(variables.map(variable => [variable.name, variable.value])), { leaf: '0x7', 'seen-leaves': '0x7' });
        await client.setVariableRequest({ variablesReference, name: 'seen-leaves', value: '100' });
        assert.equal(await evaluate('seen-leaves + 1'), '0x65');
        const info = await send('dataBreakpointInfo', { name: 'seen-leaves', variablesReference });
        await send('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId, accessType: 'write' }] });
        assert.equal((await next(() => client.continueRequest({ threadId: 1 }))).reason, 'data breakpoint');
        assert.equal(await evaluate('seen-leaves'), '0x6d');
        rmSync(folder, { recursive: true });
    });

    it('completes names, lists sources and modules', async () => {
        await stopped('every-exit');
        const { targets } = (await client.completionsRequest({ text: 'guest-phys', column: 11 })).body;
        assert.ok(targets.some(target => target.label === 'guest-physical-address'));
        assert.equal((await send('loadedSources', {})).sources[0].path, walkthrough);
        assert.equal((await send('modules', {})).modules.length, 1);
    });

    it('is restarted, with other arguments too, paused and terminated', async () => {
        await stopped('every-exit');
        assert.equal((await next(() => client.restartRequest({}))).text, 'VM exit 1: CPUID (10)');
        const entry = await next(() => client.restartRequest({ arguments: { program: walkthrough, stopAt: 'entry' } }));
        assert.equal(entry.reason, 'entry');
        await Promise.all([client.waitForEvent('terminated'), client.waitForEvent('exited'), send('terminate', {})]);
    });

    it('shows the serial output of every instant', async () => {
        await stopped('every-exit');
        let shown = '';
        client.on('output', event => shown += event.body.category === 'stdout' ? event.body.output : '');
        client.on('vmcsmith/consoleChanged', ({ body }) => shown = shown.slice(0, body.kept) + body.text);
        const at = async exit => {
            await next(() => send('vmcsmith/gotoExit', { number: exit }));
            assert.equal((await send('vmcsmith/console', { from: 0 })).text, shown);
            return shown;
        };
        await next(() => client.continueRequest({ threadId: 1 }));
        await next(() => client.continueRequest({ threadId: 1 }));
        const third = await at(3);
        const first = await at(1);
        assert.ok(third.startsWith(first) && third.includes('cpuid leaf 1') && !first.includes('cpuid leaf 1'));
        assert.equal(await at(3), third);
    });

    it('stops on every processor, where its handler begins, in both directions of time', async () => {
        const program = join(root, 'plugins', 'dev.vmcsmith.examples', 'two-processors', 'two-processors.hv');
        const source = readFileSync(program, 'utf8').split('\n');
        const seen = [];
        const note = async stop => {
            const { stackFrames } = (await client.stackTraceRequest({ threadId: stop.threadId })).body;
            seen.push([stop.threadId, source[stackFrames[0].line - 1].trim().replace(/ *\{.*/, '')].join(': '));
        };
        await note(await stopped('every-exit', program));
        await note(await next(() => client.continueRequest({ threadId: 1 })));
        await note(await next(() => client.continueRequest({ threadId: 1 })));
        assert.deepEqual([...seen].sort(), ['1: on Asks exit vmcall', '2: on Answers exit cpuid', '2: on Answers exit hlt']);
        await note(await next(() => client.reverseContinueRequest({ threadId: 1 })));
        await note(await next(() => client.reverseContinueRequest({ threadId: 1 })));
        assert.deepEqual(seen.slice(3), [seen[1], seen[0]]);
        assert.deepEqual((await client.threadsRequest()).body.threads.map(thread => thread.name), ['vCPU 0', 'vCPU 1']);
    });

    it('takes expectations or leaves them', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'vmcsmith-'));
        const program = join(folder, 'wrong.hv');
        writeFileSync(program, readFileSync(walkthrough, 'utf8').replace(/expect exits [a-z, -]+/, 'expect exits vmcall, vmcall'));
        for (const noExpectations of [true, false]) {
            const other = new DebugClient(script, 'dap', 'vmcsmith', { cwd: root }, true);
            other.defaultTimeout = PATIENCE;
            await other.start();
            await Promise.all([other.configurationSequence(), other.launch({ program, stopAt: 'breakpoints', noExpectations }),
                other.waitForEvent('exited').then(event => assert.equal(event.body.exitCode, noExpectations ? 0 : 1))]);
            await other.stop();
        }
        rmSync(folder, { recursive: true });
    });

    it('answers wrong requests with one line that says what to do', async () => {
        await client.initializeRequest();
        for (const [command, args, part] of [['launch', { program: '/no/such/file.hv' }, /file\.hv/], ['launch', {}, /program/],
            ['launch', { program: walkthrough, cpu: 'abacus' }, /correct it/], ['continue', { threadId: 1 }, /launched/]]) {
            await assert.rejects(client.send(command, args), error => part.test(error.message) && !error.message.includes('\n'));
        }
    });

    it('shows everything of a stop in 200 milliseconds', async () => {
        await stopped('every-exit');
        async function views() {
            const start = performance.now();
            const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
            const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0].id })).body;
            await Promise.all([...scopes.map(scope => client.variablesRequest({ variablesReference: scope.variablesReference })),
                send('vmcsmith/vmcs', { threadId: 1 }), send('vmcsmith/entryChecks', { threadId: 1 }),
                send('vmcsmith/exits', { start: -500, count: 500 }), send('vmcsmith/exitStatistics', { threadId: 0 }),
                send('vmcsmith/pageWalk', { threadId: 1, address: '0x10000', space: 'guest-virtual', access: 'x' }),
                send('vmcsmith/eptMap', { threadId: 1 }), send('vmcsmith/bitmaps', { threadId: 1 })]);
            return performance.now() - start;
        }
        const times = [await views()];
        for (let i = 0; i < 5; i++) {
            await next(() => send('vmcsmith/stepVmx', { threadId: 1, step: i % 2 ? 'previous-exit' : 'next-exit' }));
            times.push(await views());
        }
        console.log('from a stop to everything that the views show, in milliseconds: ' + times.map(time => time.toFixed()).join(', '));
        assert.ok(Math.min(...times.slice(1)) < 200, times.join(', '));
    });
});

describe('a port of the loopback interface', () => {
    let server;
    let port;

    before(async () => {
        server = spawn(script, ['dap', '--port', '0'], { cwd: root });
        port = await new Promise((resolve, reject) => {
            let printed = '';
            server.stdout.on('data', data => {
                printed += data;
                const found = /listening on port (\d+)/.exec(printed);
                if (found) {
                    resolve(Number(found[1]));
                }
            });
            server.on('exit', () => reject(new Error('the server ended: ' + printed)));
        });
    });

    after(() => server.kill());

    it('serves one debuggee per connection', async () => {
        const clients = [];
        for (let i = 0; i < 2; i++) {
            const client = new DebugClient('unused', 'unused', 'vmcsmith');
            await client.start(port);
            client.defaultTimeout = PATIENCE;
            clients.push(client);
        }
        await Promise.all(clients.map(client => Promise.all([client.configurationSequence(),
            client.launch({ program: walkthrough, stopAt: 'first-exit' }), client.waitForEvent('stopped')])));
        assert.equal((await clients[0].stackTraceRequest({ threadId: 1 })).body.stackFrames[0].line, line('on Guest exit cpuid'));
        await Promise.all(clients.map(client => client.disconnectRequest({})));
    });
});

describe('an adapter whose client goes', () => {
    const ends = { 'its input is closed': adapter => adapter.stdin.end(), 'its output is closed too': adapter => {
        adapter.stdout.destroy();
        adapter.stdin.end();
    }, 'it is told to end': adapter => adapter.kill('SIGTERM') };
    const endless = `guest code Main at 0x1000 bits 32 {
            forever:
            jmp  forever
        }
        ept  All   { map 0 .. 4 MiB -> identity rwx }
        vmcs Guest { secondary { enable-ept, unrestricted-guest } ept All guest protected-32 { rip = Main } }
        on Guest exit other { panic "not handled" }
        run Guest {}
        `;

    for (const [how, end] of Object.entries(ends)) {
        for (const running of [false, true]) {
            it(`ends when ${how}, ${running ? 'while the machine runs' : 'before a launch'}`, { timeout: PATIENCE }, async () => {
                const folder = mkdtempSync(join(tmpdir(), 'vmcsmith-'));
                const program = join(folder, 'endless.hv');
                writeFileSync(program, endless);
                const adapter = spawn(script, ['dap'], { cwd: root });
                let printed = '';
                let seq = 0;
                const send = (command, args) => {
                    const message = JSON.stringify({ seq: ++seq, type: 'request', command, arguments: args });
                    adapter.stdin.write(`Content-Length: ${message.length}\r\n\r\n${message}`);
                };
                const wait = part => new Promise(resolve => {
                    const look = data => {
                        printed += data;
                        if (printed.includes(part)) {
                            adapter.stdout.off('data', look);
                            resolve();
                        }
                    };
                    adapter.stdout.on('data', look);
                });
                send('initialize', { adapterID: 'vmcsmith' });
                await wait('"command":"initialize"');
                if (running) {
                    send('launch', { program, stopAt: 'breakpoints' });
                    await wait('"event":"initialized"');
                    send('configurationDone', {});
                    send('stackTrace', { threadId: 1 });
                    await wait('The machine is running');
                }
                const ended = new Promise(resolve => adapter.on('exit', resolve));
                end(adapter);
                await ended;
                rmSync(folder, { recursive: true });
            });
        }
    }
});
