import Checkpoint
import Testing

/// Every form that weights come in gives the same values as PyTorch and safetensors do.
@Suite struct WeightFormTests {
  struct Form: CustomTestStringConvertible {
    var file: String
    var values: String
    var elementType: ElementType
    var testDescription: String { file }

    init(_ file: String, _ values: String = "f32", _ elementType: ElementType = .float32) {
      self.file = file
      self.values = values
      self.elementType = elementType
    }
  }

  static let forms = [
    Form("f32.safetensors"), Form("f16.safetensors", "f16", .float16),
    Form("bf16.safetensors", "bf16", .bfloat16),
    Form("prefixed.safetensors"), Form("zip.bin"), Form("zip-f16.bin", "f16", .float16),
    Form("zip-bf16.bin", "bf16", .bfloat16), Form("zip-shared.bin"), Form("zip-views.bin"),
    Form("zip-wrapped.bin"), Form("zip-parameters.bin"), Form("legacy.bin"),
    Form("legacy-f64.bin", "f32", .float64), Form("legacy-shared.bin"), Form("legacy-views.bin"),
    Form("legacy-gamma.bin"), Form("old.bin"),
  ]

  @Test("All values are exact", arguments: forms) func values(_ form: Form) throws {
    let folder = try TemporaryFolder()
    let name = form.file.hasSuffix(".bin") ? "pytorch_model.bin" : "model.safetensors"
    try folder.write(Golden.bytes("weights/\(form.file)"), name)
    let checkpoint = try folder.open()
    #expect(try checkpoint.allBits() == Golden.values(form.values))
    #expect(try checkpoint.elementType(of: .layer(1, .output)) == form.elementType)
    #expect(checkpoint.sourceFiles.contains { $0.name == name })
  }

  @Test("Rows are the same as in the whole", arguments: forms) func rows(_ form: Form) throws {
    let folder = try TemporaryFolder()
    let name = form.file.hasSuffix(".bin") ? "pytorch_model.bin" : "model.safetensors"
    try folder.write(Golden.bytes("weights/\(form.file)"), name)
    let checkpoint = try folder.open()
    for weight: Weight in [
      .wordEmbeddings, .positionEmbeddings, .layer(0, .intermediate), .embeddingNormGamma,
    ] {
      let whole = try checkpoint.values(of: weight)
      let count = try checkpoint.shape(of: weight)[0]
      let rowLength = whole.count / count
      for rows in [0..<1, 1..<4, (count - 3)..<count, 2..<2, 0..<count] {
        let part = try checkpoint.values(of: weight, rows: rows)
        #expect(part == Array(whole[(rows.lowerBound * rowLength)..<(rows.upperBound * rowLength)]))
      }
    }
  }

  @Test("Shards are found by their index") func shards() throws {
    let folder = try shardedFolder()
    let checkpoint = try folder.open()
    #expect(try checkpoint.allBits() == Golden.values("f32"))
    let names = checkpoint.sourceFiles.map(\.name)
    #expect(names.contains("model-00001-of-00002.safetensors"))
    #expect(names.contains("model.safetensors.index.json"))
  }

  @Test("A missing shard is named") func missingShard() throws {
    let folder = try shardedFolder()
    try folder.remove("model-00002-of-00002.safetensors")
    let error = try #require(folder.failure())
    #expect(error.kind == .missing)
    #expect(error.description.contains("model-00002-of-00002.safetensors"))
  }

  @Test("A tensor in the wrong shard is named") func wrongShard() throws {
    let folder = try shardedFolder()
    let old = "\"embeddings.LayerNorm.bias\": \"model-00001"
    try folder.replace(
      old, "\"embeddings.LayerNorm.bias\": \"model-00002", in: "model.safetensors.index.json")
    let error = try #require(folder.failure())
    #expect(error.kind == .contradiction)
    #expect(error.description.contains("embeddings.LayerNorm.bias"))
  }

  @Test(
    "Shards outside of the folder are refused",
    arguments: ["../other.safetensors", "/etc/passwd", "a/../b", "a/b", "..", "", "a\\\\b"])
  func traversal(_ name: String) throws {
    let folder = try shardedFolder()
    try folder.replace("model-00002-of-00002.safetensors", name, in: "model.safetensors.index.json")
    #expect(folder.failure()?.kind == .malformed)
  }

  @Test("Ignored tensors are listed with the reason") func ignored() throws {
    let folder = try TemporaryFolder()
    try folder.write(Golden.bytes("weights/prefixed.safetensors"), "model.safetensors")
    let checkpoint = try folder.open()
    #expect(try checkpoint.nameInFile(of: .wordEmbeddings) == "roberta.embeddings.word_embeddings.weight")
    let reasons = Dictionary(uniqueKeysWithValues: checkpoint.ignoredTensors.map { ($0.name, $0.reason) })
    #expect(
      reasons == [
        "roberta.embeddings.position_ids": .indices, "roberta.pooler.dense.weight": .pooler,
        "roberta.pooler.dense.bias": .pooler, "lm_head.bias": .head, "surprise": .unknown,
      ])
  }

  private func shardedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in [
      "model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
    ] {
      try folder.write(Golden.bytes("shards/\(name)"), name)
    }
    return folder
  }
}
