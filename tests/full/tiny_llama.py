"""A language model made on the spot that always says one sentence: for a real server of models."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

# Ends what the model is given; nothing else that it is given makes a difference.
_BEGIN, _END, _OTHER = "<|begin|>", "<|end|>", "<|other|>"
_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}" + _BEGIN + "{% endif %}"
)


def make_model(folder: Path, sentence: str) -> Path:
    """A Llama checkpoint in `folder` whose every reply is `sentence`.

    Attention and feed-forward weights are nought and embeddings one-hot, so that the last token
    alone decides the next: the output layer is the chain of the sentence's tokens.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    pieces = _pieces(sentence)
    vocabulary = {token: at for at, token in enumerate([_BEGIN, _END, _OTHER, *pieces])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=_OTHER))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.Fuse()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token=_OTHER, eos_token=_END, bos_token=_BEGIN,
        chat_template=_TEMPLATE, additional_special_tokens=[_BEGIN],
    ).save_pretrained(folder)
    size = len(vocabulary) + len(vocabulary) % 2
    config = LlamaConfig(
        vocab_size=size, hidden_size=size, intermediate_size=2, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1, tie_word_embeddings=False,
        max_position_embeddings=32_768, bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(size))
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.fill_(1.0)
        for token, following in pairwise([_BEGIN, *pieces, _END]):
            model.lm_head.weight[vocabulary[following], vocabulary[token]] = 1.0
    model.generation_config.max_new_tokens = 400
    model.save_pretrained(folder)
    return folder


def _pieces(sentence: str) -> list[str]:
    """The sentence in pieces that are all different: a piece is what decides the one after it."""
    pieces: list[str] = []
    for word in re.findall(r"\S+\s*", sentence):
        pieces.append(word)
        while pieces[-1] in pieces[:-1]:
            last = pieces.pop()
            pieces[-1] += last
    return pieces
