import Evaluation
import Kernels
import KoQuant
import Reference
import Testing

@Suite struct MatrixDriftTests {
  private let checkpoint: TinyCheckpoint
  private let model: TinyModel

  init() throws {
    checkpoint = try TinyCheckpoint()
    model = try TinyModel(checkpoint)
  }

  private func measure(_ model: EmbeddingModel, texts: [String], threads: Int = 2) throws -> [MatrixDrift] {
    try checkpoint.open { checkpoint in
      let sequences = texts.map(model.tokens)
      let pool = try ThreadPool(threads: threads)
      let meter = Meter(
        try MatrixDriftMeter(model, tokens: sequences.reduce(0) { $0 + $1.count }, pool: pool))
      _ = try ReferenceEncoder.encode(
        sequences, checkpoint: checkpoint, kernels: model.kernels, pool: pool,
        observe: { meter.value.add(layer: $0, $1, $2) })
      return meter.value.matrices
    }
  }

  private final class Meter {
    var value: MatrixDriftMeter
    init(_ value: MatrixDriftMeter) { self.value = value }
  }

  @Test func everyMatrixIsMeasured() throws {
    let matrices = try measure(model.open(), texts: ["a b c", "abc", "d"])
    #expect(
      matrices.map { "\($0.layer).\($0.matrix.name)" }
        == ["0", "1"].flatMap { layer in
          ["attention.qkv", "attention.output", "intermediate", "output"].map { "\(layer).\($0)" }
        })
    let tokens = try model.open().tokens("a b c").count + model.open().tokens("abc").count
    for matrix in matrices {
      #expect(matrix.tokens == tokens + 3)
      // 8 bits on both sides: 6 dB a bit, less what peaks and rounding take.
      #expect((30...55).contains(matrix.signalToNoise), "\(matrix)")
    }
  }

  @Test func resultsDoNotDependOnThreadsOrKernels() throws {
    let texts = ["a b c", "abc", "d"]
    let expected = try measure(model.open(), texts: texts)
    #expect(try measure(model.open(), texts: texts, threads: 1) == expected)
    for kernels in KernelTable.available() {
      #expect(try measure(model.open(kernels: kernels), texts: texts) == expected, "\(kernels.name)")
    }
  }

  @Test func manyTokensAreSampled() throws {
    let texts = [String](repeating: "a b c d e f a b c d e f a b c d e f", count: 400)
    let matrices = try measure(model.open(), texts: texts)
    #expect(matrices.allSatisfy { (MatrixDriftMeter.maximumTokens...5000).contains($0.tokens) })
  }

  /// Weights that are a tenth too large are a noise of a tenth of the signal, 20 dB, in that matrix alone.
  @Test func aWorseMatrixIsFound() throws {
    let path = model.folder.file("worse.koq")
    try model.copy(to: path) { name, bytes in
      guard name == "layers.1.intermediate.scales" else { return }
      bytes.withUnsafeMutableBytes {
        for index in $0.bindMemory(to: Float.self).indices {
          let scale = $0.load(fromByteOffset: 4 * index, as: Float.self)
          $0.storeBytes(of: scale * 1.1, toByteOffset: 4 * index, as: Float.self)
        }
      }
    }
    let texts = ["a b c", "abc", "d"]
    let expected = try measure(model.open(), texts: texts)
    let found = try measure(EmbeddingModel(path: path), texts: texts)
    for (found, expected) in zip(found, expected) {
      if found.layer == 1, found.matrix == .intermediate {
        #expect(abs(found.signalToNoise - 20) < 0.5, "\(found.signalToNoise)")
      } else {
        #expect(found == expected)
      }
    }
  }
}
