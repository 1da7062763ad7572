// koquant.h for C++: handles that close themselves, errors as exceptions. Copy it into your program.
#pragma once

#include <koquant.h>

#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace koquant {

struct Error : std::runtime_error {
  kq_status status;
  explicit Error(const kq_error &error) : std::runtime_error(error.message), status(error.status) {}
};

// A session with its model. One thread at a time; sessions of one file share its pages.
class Encoder {
 public:
  // With options for a ceiling or a residency: `auto options = Encoder::options(); options.max_memory = …;`.
  explicit Encoder(const char *path, uint32_t flags = 0, const kq_model_options &model_options = options()) {
    kq_error error;
    kq_model *model = nullptr;
    check(kq_model_open(path, &model_options, &model, &error), error);
    model_.reset(model);
    info_.size = sizeof info_;
    check(kq_model_describe(model, &info_, &error), error);
    kq_session_options session_options{sizeof session_options, 0, 0, flags};
    kq_session *session = nullptr;
    check(kq_session_open(model, &session_options, &session, &error), error);
    session_.reset(session);
  }

  static kq_model_options options() {
    kq_model_options defaults{};
    defaults.size = sizeof defaults;
    return defaults;
  }

  // How the file would be run with these options; throws when a ceiling cannot be kept.
  static kq_memory_plan plan(const char *path, const kq_model_options &options) {
    kq_error error;
    kq_memory_plan plan{};
    plan.size = sizeof plan;
    check(kq_plan(path, &options, &plan, &error), error);
    return plan;
  }

  size_t dimension() const { return info_.dimension; }

  // The vectors one after the other.
  std::vector<float> encode(const std::vector<std::string_view> &sentences) {
    std::vector<kq_text> texts;
    for (auto sentence : sentences) texts.push_back({sentence.data(), sentence.size()});
    std::vector<float> vectors(texts.size() * dimension());
    kq_error error;
    check(kq_embed_many(session_.get(), texts.data(), texts.size(), vectors.data(), vectors.size(), &error), error);
    return vectors;
  }

 private:
  static void check(kq_status status, const kq_error &error) {
    if (status != KQ_OK) throw Error(error);
  }

  struct Close {
    void operator()(kq_model *model) const { kq_model_close(model, nullptr); }
    void operator()(kq_session *session) const { kq_session_close(session, nullptr); }
  };
  kq_model_info info_{};
  std::unique_ptr<kq_model, Close> model_;
  std::unique_ptr<kq_session, Close> session_;
};

}  // namespace koquant
