import Checkpoint
import Conversion
import Evaluation
import Interchange
import Kernels
import KoQuant
import Reference
import Testing

/// How far int8 vectors are from PyTorch's.
@Suite struct AccuracyTests {
  @Test(arguments: TinyCheckpoint.names) func tinyModelsStayNearPyTorch(name: String) throws {
    let golden = ReferenceGolden(name)
    let model = try TinyModel(name).open()
    let vectors = FloatMatrix(bits: try model.embed(golden.sequences()), columns: 36)
    let drift = try Drift(vectors, reference: golden.matrix("mean"))
    print("\(name): cosine to PyTorch: mean \(drift.cosine.mean), min \(drift.cosine.minimum)")
    #expect(drift.cosine.mean > 0.9997 && drift.cosine.minimum > 0.999)
  }

  private static let miniLM = ReferenceEngine.model("all-MiniLM-L6-v2")

  @Test(.enabled(if: miniLM != nil, "Tools/fetch-minilm has not been run"))
  func miniLMStaysNearPyTorchWithTheSameBitsEverywhere() throws {
    let golden = ReferenceGolden("minilm")
    let sequences = try golden.sequences()
    let folder = try TemporaryFolder()
    let path = folder.file("minilm.koq")
    let report = try Converter.convert(Checkpoint(path: #require(Self.miniLM)), to: path)
    print("all-MiniLM-L6-v2: cosine on the probes: mean \(report.drift.cosine.mean)")
    #expect(report.layers.count == 7 && report.drift.cosine.mean > 0.995)

    let model = try EmbeddingModel(path: path)
    let bits = try model.embed(sequences, threads: 2)
    let expected = try golden.matrix("mean")
    let drift = try Drift(FloatMatrix(bits: bits, columns: 384), reference: expected)
    print("all-MiniLM-L6-v2: cosine to PyTorch: mean \(drift.cosine.mean), min \(drift.cosine.minimum)")
    #expect(drift.cosine.mean >= 0.9985 && drift.cosine.minimum >= 0.993)

    let alone = try sequences.map { try model.embed([$0])[0] }
    #expect(alone == bits)
    for table in KernelTable.available() {
      let other = try EmbeddingModel(path: path, kernels: table)
      defer { withExtendedLifetime(folder) {} }
      #expect(
        try other.embed(Array(sequences.prefix(12)), threads: 2) == Array(bits.prefix(12)), "\(table.name)")
    }
  }
}
