import Crypto
import Evaluation
import Foundation
import Interchange
import Kernels
import KoQuant
import Testing

/// The model in `Models`: whole, usable without being named, and of the same bits on every CPU.
@Suite struct BundledModelTests {
  private static let sentences = [
    "안녕하세요?", "반갑습니다, 처음 뵙겠습니다.",
    "한국어 문장 임베딩을 위한 버트 모델입니다.", "우리말 문장을 벡터로 바꾸는 신경망이에요.",
    "오늘 저녁에는 비가 많이 온대요.", "밤에 폭우가 쏟아질 것으로 보입니다.",
  ]

  @Test func theFileIsTheOneOfTheCard() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: BundledModel.path))
    #expect(bytes.count <= 32_000_000)
    let digest = SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      .joined()
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(BundledModel.folder)/\(name)", encoding: .utf8)
    }
    #expect(try text("SHA256SUMS") == "\(digest)  \(BundledModel.name).koq\n")
    #expect(try text("README.md").contains(digest))
  }

  @Test func itPassesItsOwnVerification() throws {
    let outcome = try CommandLineTool.run("verify", BundledModel.path)
    #expect(outcome.status == 0, "\(outcome.text)")
    #expect(!outcome.text.contains("FAILED"))
  }

  /// Twelve layers through a ring of one or two buffers, texts of different lengths: a buffer is taken again while other
  /// threads are still at work.
  @Test(arguments: 1...4, [1, 2]) func streamedLayersTakeTurns(threads: Int, ringLayers: Int) throws {
    let options = EmbeddingSession.Options(threads: threads, batchTokens: 4096, ringLayers: ringLayers)
    let resident = try EmbeddingModel(path: BundledModel.path, options: .init(residency: .resident))
    let streamed = try EmbeddingModel(path: BundledModel.path, options: .init(residency: .streamed))
    let tokens = try BundledModel.documents().prefix(60).map { resident.tokens($0) }
    let expected = try resident.embed(tokens, batchTokens: 128)
    var batch = PackedBatch()
    for sequence in tokens { batch.append(sequence) }
    var session = try EmbeddingSession(streamed, options: options)
    for pass in 0..<3 {
      #expect(try session.embedBits(batch, dimension: 384) == expected, "pass \(pass)")
    }
  }

  @Test func itIsTheModelOfACheckout() throws {
    let environment = ["XDG_DATA_HOME": "/nowhere", "HOME": "/nowhere", "KOQUANT_MODEL": ""]
    let unnamed = try CommandLineTool.run(["embed", Self.sentences[0]], environment: environment)
    #expect(unnamed.status == 0, "\(unnamed.errors)")
    let named = try CommandLineTool.run("embed", "--model", BundledModel.path, Self.sentences[0])
    #expect(unnamed.output == named.output)
    let listed = try CommandLineTool.run(["models"], environment: environment)
    #expect(listed.text.hasPrefix("* \(BundledModel.name) "))
  }

  @Test func sentencesOfLikeMeaningAreNear() throws {
    let model = try BundledModel.open()
    let vectors = FloatMatrix(
      bits: try model.embed(Self.sentences.map { model.tokens($0) }), columns: model.configuration.hiddenSize)
    func cosine(_ a: Int, _ b: Int) -> Double { VectorComparison(vectors[a], reference: vectors[b]).cosine }
    for pair in [(0, 1), (2, 3), (4, 5)] {
      for other in Self.sentences.indices where other != pair.0 && other != pair.1 {
        #expect(cosine(pair.0, pair.1) > cosine(pair.0, other), "\(pair) against \(other)")
      }
    }
  }

  @Test func trainedWeightsGiveTheSameBitsEverywhere() throws {
    let model = try BundledModel.open()
    let sequences = (Self.sentences + (try BundledModel.documents())).map { model.tokens($0) }
    let bits = try model.embed(sequences, threads: 2)
    #expect(try sequences.map { try model.embed([$0])[0] } == bits)
    for table in KernelTable.available() {
      let other = try BundledModel.open(kernels: table.name.description)
      #expect(
        try other.embed(Array(sequences.prefix(12)), threads: 2) == Array(bits.prefix(12)), "\(table.name)")
    }
  }
}
