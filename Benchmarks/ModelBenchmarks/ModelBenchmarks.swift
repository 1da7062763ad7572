import Benchmark
import KoQuant
import RelativeTime

/// The Korean model that ships with the project.
private let path =
  #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  + "/Models/koquant-korean-small/koquant-korean-small.koq"

private let sentence = "오늘 저녁에는 비가 많이 온대요. 주문한 상품은 보통 이틀 안에 도착합니다."

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .relative(milliseconds: 300)
  do {
    let model = try EmbeddingModel(path: path)
    guard let time = RelativeTime(model.kernels) else { return }
    benchmarkTokenizer(model, time)
    for (texts, tokens) in [(1, 16), (1, 128), (32, 32)] { try benchmarkPass(model, time, texts, tokens) }
  } catch {
    fatalError("\(error)")
  }
}

/// A hundred sentences to token ids.
private func benchmarkTokenizer(_ model: EmbeddingModel, _ time: RelativeTime) {
  let text = Array(sentence.utf8)
  Benchmark("tokenize 100 sentences") { benchmark in
    var encoding = Encoding()
    time.measure(benchmark) {
      for _ in 0..<100 {
        text.withUnsafeBufferPointer {
          model.tokenizer.encode($0, maximumTokens: model.configuration.maximumTokens, into: &encoding)
        }
      }
      blackHole(encoding.ids.count)
    }
  }
}

/// A batch through the whole model on one thread.
private func benchmarkPass(
  _ model: EmbeddingModel, _ time: RelativeTime, _ texts: Int, _ tokens: Int
) throws {
  var batch = PackedBatch()
  for text in 0..<texts {
    batch.append((0..<tokens).map { UInt32(1000 + (text * tokens + $0) * 37 % 20_000) })
  }
  let pass = try Pass(model, batch)
  Benchmark("pass \(texts) x \(tokens) tokens") { benchmark in
    time.measure(benchmark) { pass.run() }
  }
}

/// A session with a batch.
private final class Pass {
  private var session: EmbeddingSession
  private let batch: PackedBatch
  private var vectors: [Float]

  init(_ model: EmbeddingModel, _ batch: PackedBatch) throws {
    session = try EmbeddingSession(model, options: .init(threads: 1, batchTokens: batch.tokens.count))
    self.batch = batch
    vectors = Array(repeating: 0, count: batch.sequences * model.configuration.hiddenSize)
  }

  func run() {
    do {
      try vectors.withUnsafeMutableBufferPointer { vectors throws(EmbeddingError) in
        try session.embed(batch, into: vectors)
      }
    } catch {
      fatalError("\(error)")
    }
  }
}
