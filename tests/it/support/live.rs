//! People who listen to the stream of an open page.
use super::Person;
use reqwest::{Response, header};
use std::{collections::BTreeSet, time::Duration};

/// Nothing takes longer, on a busy machine and in a debug build.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open stream.
pub struct Stream {
    response: Response,
    text: String,
    /// What a browser would send to go on from here.
    pub last_id: String,
}

/// A message, as a page gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: String,
    pub event: String,
    pub data: String,
}

impl Message {
    /// The changes that it tells.
    pub fn changes(&self) -> Vec<serde_json::Value> {
        assert_eq!(self.event, "changes", "{self:?}");
        serde_json::from_str(&self.data).unwrap()
    }

    /// The customers that it tells of.
    pub fn customers(&self) -> BTreeSet<String> {
        self.changes().iter().map(|change| change["customer"].as_str().unwrap().to_owned()).collect()
    }

    /// The events that it tells.
    pub fn ids(&self) -> Vec<i64> {
        self.changes().iter().map(|change| change["id"].as_i64().unwrap()).collect()
    }
}

impl Person {
    /// Asks for a stream, and gives the status where there is none.
    pub async fn try_listen(&self, path: &str, last_id: &str) -> Result<Stream, u16> {
        let mut request =
            self.client.get(format!("{}{path}", self.url)).header(header::ACCEPT, "text/event-stream");
        if !last_id.is_empty() {
            request = request.header("last-event-id", last_id);
        }
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
        Ok(Stream { response, text: String::new(), last_id: last_id.to_owned() })
    }

    /// Opens a stream. It is open when the server has said where the log stands.
    pub async fn listen(&self, path: &str) -> Stream {
        let mut stream = self.try_listen(path, "").await.unwrap();
        assert_eq!(stream.any().await.unwrap().event, "here");
        stream
    }

    /// Goes on from a place.
    pub async fn resume(&self, path: &str, last_id: &str) -> Stream {
        self.try_listen(path, last_id).await.unwrap()
    }
}

impl Stream {
    /// The next message of any kind; `None` when the stream has ended.
    async fn any(&mut self) -> Option<Message> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let message = parsed(message);
                self.text = rest.to_owned();
                self.last_id.clone_from(&message.id);
                return Some(message);
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.text.push_str(std::str::from_utf8(&bytes).unwrap()),
                _ => return None,
            }
        }
    }

    /// The next that tells something.
    pub async fn next(&mut self) -> Message {
        self.try_next().await.expect("the stream has ended")
    }

    /// The same, or `None` when the stream has ended.
    pub async fn try_next(&mut self) -> Option<Message> {
        let next = async {
            loop {
                let message = self.any().await?;
                if message.event != "here" {
                    return Some(message);
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("nothing came")
    }

    /// Waits for the end, before which nothing is told.
    pub async fn assert_ends(&mut self) {
        assert_eq!(self.try_next().await, None);
    }
}

/// Reads the lines of a message.
pub fn parsed(message: &str) -> Message {
    let field = |name: &str| {
        let line = message.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim_start().to_owned()).unwrap_or_default()
    };
    Message { id: field("id:"), event: field("event:"), data: field("data:") }
}
