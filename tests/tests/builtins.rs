//! Tests of every builtin on generated calls, with the properties of the fuzz target.

use ferrego_runtime::builtins;
use ferrego_runtime::{Arena, Budget, Env, NoHost};
use ferrego_tests::builtins::generate::Generator;
use ferrego_tests::fuzz::builtins::call;

/// The number of calls of each builtin with operands of the declared types, and the number of those
/// with any operands.
const CALLS: usize = 60;
/// The number of calls of each builtin with large operands.
const LARGE_CALLS: u64 = 4;

#[test]
fn calls_have_the_properties_of_builtins() {
    for row in builtins::all() {
        let mut generator = Generator::new(row, 5).expect(row.name);
        for _ in 0..CALLS {
            assert_eq!(call(row, &generator.call()), Ok(()));
            assert_eq!(call(row, &generator.any_operands()), Ok(()));
        }
    }
}

/// The arena replaces values that exceed the budget by empty ones, which must not surprise the
/// code that asked for them.
#[test]
fn builtins_take_large_operands_without_memory() {
    for row in builtins::all() {
        let Some(function) = row.function else { continue };
        let mut generator = Generator::new(row, 6).expect(row.name);
        for index in 0..LARGE_CALLS {
            let call = if index % 2 == 0 { generator.call() } else { generator.any_operands() };
            let arena = Arena::new();
            let env = Env::new(&arena, &NoHost);
            let operands: Vec<_> = call.iter().map(|term| term.enlarged().value(&arena)).collect();
            // Without memory, values become empty. With few steps, comparisons have any result.
            let few = Budget::UNLIMITED.steps(10 * index);
            for budget in [Budget::DEFAULT.steps(1000).memory(0), few] {
                let running = arena.begin(budget);
                // Only a panic would be wrong.
                let _ = function(&env, &operands);
                running.finish();
            }
        }
    }
}
