// Vectors into memory of the caller's, with no allocation per text.
//
//     swift run EmbedIntoMemory FILE.koq

import KoQuant

// snippet.hide
guard CommandLine.arguments.count == 2 else { fatalError("usage: EmbedIntoMemory FILE.koq") }
let path = CommandLine.arguments[1]
// snippet.show
let model = try EmbeddingModel(path: path)
var session = try EmbeddingSession(model, options: .init(threads: 1))

let texts: [StaticString] = ["one text", "another text"]
let matrix = UnsafeMutableBufferPointer<Float>.allocate(
  capacity: texts.count * model.configuration.hiddenSize)
defer { matrix.deallocate() }
try session.embed(count: texts.count, into: matrix) { index in
  UnsafeBufferPointer(start: texts[index].utf8Start, count: texts[index].utf8CodeUnitCount)
}
print(matrix[0])
