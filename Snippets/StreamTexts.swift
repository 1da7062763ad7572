// A stream of texts, a batch at a time, until it ends or the task is cancelled.
//
//     swift run StreamTexts FILE.koq

import KoQuant

// snippet.hide
guard CommandLine.arguments.count == 2 else { fatalError("usage: StreamTexts FILE.koq") }
let path = CommandLine.arguments[1]
// snippet.show
let model = try EmbeddingModel(path: path)
let texts = AsyncStream<String> { continuation in
  for number in 1...1000 { continuation.yield("text number \(number)") }
  continuation.finish()
}

let work = Task {
  var count = 0
  for try await embedding in model.embeddings(of: texts) {
    count += embedding.truncated ? 0 : 1
    if embedding.index == 499 { withUnsafeCurrentTask { $0?.cancel() } }
  }
  return count
}
do {
  print("\(try await work.value) texts")
} catch is CancellationError {
  print("cancelled after a batch")
}
