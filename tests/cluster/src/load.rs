//! Requests to the API server without a pause, while something happens to the webhook.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use crate::api::{Answer, Api};

/// The number of clients that send at the same time.
const CLIENTS: usize = 4;

/// A request of the load: a path to which an object is posted.
#[derive(Clone, Debug)]
pub struct Post {
    /// The path, with `?dryRun=All` if nothing shall be stored.
    pub path: String,
    /// The object.
    pub object: Value,
}

/// The number of answers of each kind, by a name that the caller gives to them.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The number of answers by name.
    pub answers: BTreeMap<String, u64>,
}

impl Outcome {
    /// Returns the number of the answers with a name.
    pub fn count(&self, name: &str) -> u64 {
        self.answers.get(name).copied().unwrap_or_default()
    }

    /// Returns the number of all answers.
    pub fn total(&self) -> u64 {
        self.answers.values().sum()
    }
}

/// Running clients. Each sends the requests one after the other, and begins again.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicU64>,
    clients: Vec<JoinHandle<Outcome>>,
}

impl Load {
    /// Starts the clients. `name` gives each answer a name: that of the request's index and the
    /// answer, or the error of the connection.
    pub fn start<N>(api: &Api, posts: &[Post], name: N) -> Self
    where
        N: Fn(usize, &Answer) -> String + Clone + Send + 'static,
    {
        let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let client = |_| {
            let (api, posts, name) = (api.clone(), posts.to_vec(), name.clone());
            let (stop, answers) = (Arc::clone(&stop), Arc::clone(&answers));
            thread::spawn(move || run(&api, &posts, &name, &stop, &answers))
        };
        Self { clients: (0..CLIENTS).map(client).collect(), stop, answers }
    }

    /// Returns the number of the answers until now.
    pub fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// Stops the clients and returns what they were answered.
    ///
    /// # Panics
    ///
    /// If a client panicked.
    pub fn finish(self) -> Outcome {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Outcome::default();
        for client in self.clients {
            let outcome = client.join().expect("the client ends");
            for (name, count) in outcome.answers {
                *all.answers.entry(name).or_default() += count;
            }
        }
        all
    }
}

fn run(
    api: &Api,
    posts: &[Post],
    name: &dyn Fn(usize, &Answer) -> String,
    stop: &AtomicBool,
    answers: &AtomicU64,
) -> Outcome {
    let mut outcome = Outcome::default();
    for (index, post) in posts.iter().enumerate().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let answer = api.create(&post.path, &post.object);
        *outcome.answers.entry(name(index, &answer)).or_default() += 1;
        answers.fetch_add(1, Ordering::Relaxed);
    }
    outcome
}
