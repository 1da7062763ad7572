// Vectors of one text and of many.
//
//     swift run EmbedTexts FILE.koq

import KoQuant

// snippet.hide
guard CommandLine.arguments.count == 2 else { fatalError("usage: EmbedTexts FILE.koq") }
let path = CommandLine.arguments[1]
// snippet.show
let model = try EmbeddingModel(path: path)
var session = try EmbeddingSession(model, options: .init(normalize: true))

let vector = try session.embed("안녕하세요?")
let vectors = try session.embed(["one text", "another text"])
let width = model.configuration.hiddenSize
let cosine = zip(vectors[..<width], vectors[width...]).reduce(0) { $0 + $1.0 * $1.1 }
print(vector.count, cosine)
