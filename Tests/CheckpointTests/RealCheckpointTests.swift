import Checkpoint
import Foundation
import KoQuant
import Testing

/// Against all-MiniLM-L6-v2 as published, in the cache or where `KOQUANT_MINILM` says.
@Suite struct RealCheckpointTests {
  static let folder: String? = {
    let environment = ProcessInfo.processInfo.environment
    let candidates = [
      environment["KOQUANT_MINILM"],
      (environment["KOQUANT_CACHE"] ?? ".cache") + "/models/all-MiniLM-L6-v2",
    ]
    return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0 + "/config.json") }
  }()

  @Test(
    "all-MiniLM-L6-v2",
    .enabled(if: folder != nil, "all-MiniLM-L6-v2 is not in the cache: Tools/fetch-minilm gets it"))
  func miniLM() throws {
    let checkpoint = try Checkpoint(path: #require(Self.folder))
    let expected = ModelConfiguration(
      architecture: .bert, layers: 6, hiddenSize: 384, attentionHeads: 12, intermediateSize: 1536,
      vocabularySize: 30522, positions: 512, paddingToken: 0, maximumTokens: 256, layerNormEpsilon: 1e-12,
      pooling: .mean, normalizes: true)
    #expect(checkpoint.configuration == expected)
    #expect(checkpoint.tokenizer.lowercases && checkpoint.tokenizer.stripsAccents)
    #expect(checkpoint.tokenizer.vocabulary.count == 30522)
    #expect(checkpoint.tokenizer.vocabulary[7592] == Array("hello".utf8))
    #expect(checkpoint.tokenizer.classifierToken == 101 && checkpoint.tokenizer.separatorToken == 102)
    #expect(checkpoint.ignoredTensors.allSatisfy { $0.reason != .unknown })
    var count = 0
    for weight in checkpoint.weights { count += try checkpoint.values(of: weight).count }
    #expect(count == 22_565_376)
  }
}
