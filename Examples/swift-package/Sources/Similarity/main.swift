// Similarity FILE.koq TEXT TEXT: the cosine of two texts.

let arguments = CommandLine.arguments
guard arguments.count == 4 else { fatalError("usage: Similarity FILE.koq TEXT TEXT") }

do {
  let encoder = try Encoder(path: arguments[1])
  let vectors = (try encoder.encode(arguments[2]), try encoder.encode(arguments[3]))
  print(zip(vectors.0, vectors.1).reduce(0) { $0 + $1.0 * $1.1 })
} catch let failure as Encoder.Failure {
  print("Similarity: \(failure.message)")
}
